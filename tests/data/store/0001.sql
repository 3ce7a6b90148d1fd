-- room.db as room-agent 0.1.0 left it with schema 0001.
PRAGMA application_id = 1380929357;
BEGIN TRANSACTION;
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE calendar (
	id INTEGER NOT NULL, 
	mailbox TEXT NOT NULL, 
	scope TEXT, 
	token TEXT, 
	as_of TEXT, 
	CONSTRAINT pk_calendar PRIMARY KEY (id), 
	CONSTRAINT ck_calendar_one_row CHECK (id = 1)
);
INSERT INTO "calendar" VALUES(1,'sjroom@contoso.example','scope','token-17','2026-11-23T17:00:00.000000+00:00');
CREATE TABLE meeting (
	meeting_id TEXT NOT NULL, 
	uid TEXT NOT NULL, 
	original_start TEXT NOT NULL, 
	gone_since TEXT, 
	CONSTRAINT pk_meeting PRIMARY KEY (meeting_id), 
	CONSTRAINT uq_meeting_uid_original_start UNIQUE (uid, original_start)
);
INSERT INTO "meeting" VALUES('mA','uid-review','',NULL);
INSERT INTO "meeting" VALUES('mB','uid-planning','',NULL);
CREATE TABLE note (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_note PRIMARY KEY ("key")
);
INSERT INTO "note" VALUES('state.revision','42:abc');
CREATE TABLE occurrence (
	meeting_id TEXT NOT NULL, 
	item_id TEXT NOT NULL, 
	change_key TEXT NOT NULL, 
	scope TEXT NOT NULL, 
	start TEXT NOT NULL, 
	"end" TEXT NOT NULL, 
	start_date TEXT, 
	end_date TEXT, 
	subject TEXT, 
	organizer TEXT, 
	organizer_address TEXT, 
	sensitivity TEXT NOT NULL, 
	show_as TEXT NOT NULL, 
	response TEXT NOT NULL, 
	cancelled BOOLEAN NOT NULL, 
	last_modified TEXT, 
	outcome TEXT NOT NULL, 
	CONSTRAINT pk_occurrence PRIMARY KEY (meeting_id), 
	CONSTRAINT fk_occurrence_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (meeting_id), 
	CONSTRAINT uq_occurrence_item_id UNIQUE (item_id)
);
INSERT INTO "occurrence" VALUES('mA','item-review','1','scope','2026-11-23T17:00:00.000000+00:00','2026-11-23T18:00:00.000000+00:00',NULL,NULL,'review','Ann Lee',NULL,'normal','busy','none',0,NULL,'{"join":{"provider":"zoom","provider_name":"Zoom","url":"https://zoom.us/j/912?pwd=x","meeting_id":"912","passcode":"pass-17","sip":null,"sip_direct":null,"h323":null,"dial_in":[],"known_host":true,"alternatives":[]},"reason":null}');
INSERT INTO "occurrence" VALUES('mB','item-planning','1','scope','2026-11-23T19:00:00.000000+00:00','2026-11-23T19:30:00.000000+00:00',NULL,NULL,'planning','Ann Lee',NULL,'normal','busy','none',0,NULL,'{"join":{"provider":"zoom","provider_name":"Zoom","url":"https://zoom.us/j/912?pwd=x","meeting_id":"912","passcode":"pass-17","sip":null,"sip_direct":null,"h323":null,"dial_in":[],"known_host":true,"alternatives":[]},"reason":null}');
CREATE INDEX ix_meeting_gone_since ON meeting (gone_since);
CREATE INDEX ix_occurrence_start ON occurrence (start);
COMMIT;
