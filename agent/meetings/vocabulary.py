"""Words printed in front of ids, codes and numbers, by what they may mean. Source: join-providers.md section 5 and the
services' own templates.

Lower case; a space stands for any of nothing, space, hyphen. A language or wording is added here and nowhere else; a
word that means two things stands in two lists, and the service decides (`Conference.reading`).
"""

from __future__ import annotations

MEETING = """
номер совещания|номер вебинара|número de la sesión|vergaderingnummer|numéro du meeting|numero meeting|číslo meetingu
meeting id|call id|space id|webinar id|meeting number|event number|room number|session id|conference number
room id|pmi
besprechungs id|meeting nummer|webinar nummer|besprechungsnummer|meeting kennnummer|meeting kennummer|sitzungsnummer
sitzungs id|konferenznummer
id de réunion|id de la réunion|id réunion|numéro de réunion|numéro de la réunion|id du webinaire
identifiant de réunion|identifiant de la réunion|code de réunion
id. de reunión|id de reunión|id de la reunión|identificador de la reunión|número de reunión|número de la reunión
id de seminario web
id riunione|id della riunione|numero riunione|numero della riunione|identificativo riunione
id da reunião|id de reunião|id reunião|número da reunião|identificação da reunião|id do webinar
vergadering id|vergader id|vergaderings id|vergadernummer|vergaderingsnummer|vergadering nummer
mötes id|mötesnummer|möte id
møde id|mødenummer|mødets id|møtenummer|møte id|møtets id
kokouksen tunnus|kokoustunnus|kokouksen numero|kokousnumero|kokouksen id
identyfikator spotkania|id spotkania|numer spotkania|identyfikator webinaru
id schůzky|číslo schůzky|identifikátor schůzky|id meetingu|id schôdze|id stretnutia|číslo stretnutia
értekezlet azonosító|értekezletazonosító|értekezlet azonosítója|értekezlet száma|megbeszélés azonosítója
meeting azonosító
идентификатор собрания|идентификатор конференции|номер собрания|номер конференции|идентификатор встречи
номер встречи|идентификатор совещания|код конференции
ідентифікатор наради|ідентифікатор зустрічі|ідентифікатор конференції|номер наради|номер зустрічі
会議 id|ミーティング id|ミーティング番号|会議番号|ウェビナー id
会议 id|会议号|会议号码|会议编号|网络研讨会 id
會議識別碼|會議 id|會議號|會議號碼|會議編號
모임 id|회의 id|회의 번호|미팅 id|미팅 번호|웨비나 id
toplantı kimliği|toplantı numarası|toplantı id|toplantı no
מזהה פגישה|מזהה הפגישה|מזהה ישיבה|מספר פגישה
معرف الاجتماع|معرّف الاجتماع|رقم الاجتماع
id ședință|id ul ședinței|id întâlnire|id ul întâlnirii|numărul ședinței
αναγνωριστικό σύσκεψης|αναγνωριστικό συνάντησης|αριθμός σύσκεψης
id cuộc họp|mã cuộc họp|số cuộc họp|รหัสการประชุม|id การประชุม|id rapat|nomor rapat
id sastanka|id srečanja|koosoleku id|идентификатор на събранието|id de la reunió|meeting kode id
腾讯会议|騰訊會議|飞书会议|小鱼
"""

PASSCODE = """
пароль совещания|пароль встречи|סיסמת הפגישה|סיסמת פגישה|كلمة مرور الاجتماع|كلمة مرور|slaptažodis|adgangsord
passcode|password|meeting password|meeting passcode|webinar passcode|room password|participant passcode
attendee password|passphrase|pass code|event password|guest password
kenncode|kennwort|passwort|meeting passwort|zugangspasswort|sitzungspasswort|meeting kennwort|sitzungskennwort
code secret|mot de passe|mot de passe de la réunion|code d'accès|mot de passe du meeting
código de acceso|contraseña|contraseña de la reunión|clave de acceso|clave
codice d'accesso|codice di accesso|passcode della riunione|password riunione|password della riunione|codice
senha|senha de acesso|senha da reunião|palavra passe|palavra passe da reunião|código secreto|código de acesso
wachtwoordcode|toegangscode|wachtwoord|wachtwoord vergadering|wachtwoord van vergadering|vergaderwachtwoord
lösenord|lösenkod|mötets lösenord|möteslösenord|åtkomstkod
adgangskode|adgangskode til mødet|mødeadgangskode
passkode|passord|møtepassord|tilgangskode
tunnuskoodi|salasana|kokouksen salasana|pääsykoodi
kod dostępu|hasło|hasło spotkania|kod dostępowy
přístupový kód|heslo|heslo schůzky|prístupový kód|heslo schôdze
pin kód|jelszó|hozzáférési kód|értekezlet jelszava|azonosítókód
секретный код|код доступа|пароль|пароль конференции|пароль собрания
секретний код|код доступу|пароль наради
パスコード|パスワード|ミーティングパスワード|会議パスワード|ミーティング パスコード
密码|会议密码|入会密码|密碼|會議密碼|通行碼
암호|비밀번호|회의 암호|회의 비밀번호|미팅 비밀번호|패스코드
geçiş kodu|parola|şifre|toplantı parolası|toplantı şifresi|erişim kodu
קוד גישה|סיסמה|קוד סודי
رمز المرور|كلمة المرور|رمز الدخول
cod de acces|cod de trecere|parolă|κωδικός πρόσβασης|κωδικός|συνθηματικό
mật mã|mật khẩu|รหัสผ่าน|kode sandi|kata sandi|lozinka|geslo|parool|код за достъп|парола|contrasenya|codi d'accés
"""

PHONE = """
phone conference id|conference id|conference code|conf id|audio conference id|dial in id|participant code
attendee code|telephone conference id
telefonkonferenz id|konferenz id|teilnehmercode|konferenzcode|konferenz kennung
id de conférence téléphonique|id de conférence|identifiant de conférence|id de la conférence téléphonique
numéro de conférence|code de conférence
id. de conferencia telefónica|id de conferencia telefónica|id. de conferencia|id de conferencia
id. de la conferencia telefónica|identificador de conferencia
id conferenza telefonica|id conferenza
id da conferência telefônica|id de conferência telefônica|id da conferência telefónica|id da conferência
id de conferência telefónica|id de conferência|id da conferência por telefone
telefonische vergadering id|id voor telefonische vergadering|conferentie id|telefonische vergader id
id telefonische vergadering|telefonische conferentie id
telefonkonferens id|konferens id|id för telefonkonferens
id for telefonkonference|telefonkonference id|konference id|møde id for telefon
telefonkonferanse id|konferanse id|id for telefonkonferanse|telefonkonferanseid
puhelinneuvottelun tunnus|neuvottelun tunnus|neuvottelutunnus|puhelinkokouksen tunnus|puhelinneuvottelutunnus
identyfikator konferencji telefonicznej|identyfikator konferencji|identyfikator telekonferencji
id telefonické konference|id konference|id telefonickej konferencie|id konferencie
telefonkonferencia azonosító|telefonkonferencia azonosítója|konferencia azonosító|konferenciaazonosító
идентификатор телефонной конференции|идентификатор конференции|код конференции
ідентифікатор телефонної конференції|ідентифікатор конференції
電話会議 id|会議 id (電話)|电话会议 id|电话会议号|電話會議識別碼|會議識別碼 (電話)|電話會議 id
전화 회의 id|전화 회의 아이디
telefon konferansı kimliği|konferans kimliği|telefon konferans kimliği
מזהה ועידת טלפון|מזהה ועידה|מזהה שיחת ועידה
معرف مؤتمر الهاتف|معرف المؤتمر الهاتفي|معرف المؤتمر
id conferință telefonică|id conferință|αναγνωριστικό τηλεδιάσκεψης|αναγνωριστικό τηλεφωνικής διάσκεψης
id hội nghị qua điện thoại
"""

ACCESS = """
access code|access code/meeting id|access code / meeting id|meeting extension|audio access code|guest code
dial in code|bridge code|participant access code
zugangscode|einwahlcode|zugriffscode|zugangskennung
code d'accès|código de acceso|código de acesso|codice d'accesso|codice di accesso|toegangscode|åtkomstkod
adgangskode|tilgangskode|osallistujakoodi|kod dostępu
přístupový kód|hozzáférési kód|код доступа|код доступу|アクセスコード|アクセス コード|访问码|接入码|存取碼
액세스 코드|접속 코드|erişim kodu
קוד גישה|رمز الوصول|cod de acces
"""

PIN = """
pin код|pin kodu|code pin|nip
pin|meeting pin|conference pin|pin code|pin nummer|guest pin|code pin|código pin|pin koodi|пин код|пин
pin コード|pin 码|pin 碼|pin 코드
קוד גישה|رقم التعريف الشخصي|رمز pin|pin kod|pin kode
קוד pin|קוד אישי|κωδικός pin|mã pin|รหัส pin
"""

VIDEO = """
video id|video conference id|vtc conference id|vtc id|video conferencing id|videokonferenz id|videokonferens id
id de vidéo|id vidéo|id de vídeo|id video|video kimliği|video tunnus
videoneuvottelun tunnus|identyfikator wideo|id videa|videoazonosító|видео id|идентификатор видео|ビデオ id
视频 id|視訊識別碼
視訊 id|비디오 id|video id'si|מזהה וידאו|معرف الفيديو
id do vídeo|id. de vídeo|id. de video|id del vídeo|id de la vidéo
id de conférence vidéo|id de visioconférence|id videoconferenza|id de videoconferencia
id de videoconferência
"""

HOST = """
recording passcode|recording password|wi fi password|wifi password|wlan passwort|wlan password|recording code
host pin|host key|host code|host passcode|host password|moderator pin|moderator code|moderator password
chairperson pin
chair pin|chairperson code|organizer pin|organiser pin|leader pin|presenter pin|moderator passcode|dial in pin
moderatoren pin|gastgeber pin|gastgeberschlüssel|moderatorcode|host kennnummer|code pin de l'animateur|clé d'hôte
clave de anfitrión|chave do host|主持人密钥|主持人密码|主持人 pin|ホスト キー|ホストキー|ключ организатора
"""

ADDRESS = """
sip|sip address|sip uri|sip uris|sip url|sip adresse|sip adress|sip osoite|adresse sip|dirección sip|indirizzo sip
endereço sip|adres sip
tenant key|mandantenschlüssel|clé de locataire|klientorganisationsnyckel|clave de inquilino|chave de locatário
chave do locatário|chiave tenant|chiave del tenant
tenantsleutel|lejernøgle|leiernøkkel|vuokraajan avain|klucz dzierżawy|klíč tenanta|bérlői kulcs|ключ клиента
ключ арендатора|テナント キー|租户密钥|租用戶金鑰|테넌트 키
kiracı anahtarı|מפתח דייר|مفتاح المستأجر
video system|video systems|video device|video devices|video address|video conferencing device
video conferencing system|video conference system|video endpoint|room system|room systems
room device|conferencing device|vtc|vtc address|h.323/sip|sip/h.323|videosystem|videokonferenzsystem|raumsystem
videosystemen|système vidéo|système de visioconférence
sistema de vídeo|sistema de video|sistema de videoconferencia|sistema de videoconferência|sistema video
videojärjestelmä|system wideo|videosystém|videorendszer|видеосистема|видеосистемы
ビデオ システム|ビデオシステム|ビデオ会議システム|视频系统|视频会议系统|視訊系統|비디오 시스템|video sistemi
videoadresse|video adresse|videoconferentiesysteem
videokonferencesystem
videokonferenzgerät|videogerät|appareil de vidéoconférence|dispositivo de videoconferencia
dispositivo de videoconferência|dispositivo di videoconferenza|dispositivo per videoconferenze
videovergaderapparaat|videoconferentieapparaat
videokonferensenhet|videokonferenceenhed|videokonferanseenhet|videoneuvottelulait|urządzeniu do wideokonferencji
zařízení pro videokonference|videokonferencia eszköz|устройстве для видеоконференций|устройства видеоконференцсвязи
пристрої для відеоконференцій|ビデオ会議デバイス|视频会议设备|視訊會議裝置|화상 회의 장치
비디오 회의 장치|video konferans cihaz|התקן ועידת וידאו|جهاز مؤتمرات الفيديو|جهاز مؤتمر فيديو
"""

DIAL = """
dial|dial in|sip call|wählen sie|wählen|composez|marque|digite|marcar|discar|comporre|componi|kies|wybierz|vytočte
наберите|набрати|ダイヤル|拨打|撥打|다이얼
"""
"""Words after which an address is one to dial when it follows at once."""

MAIL = """
contact|mail|email|e mail|write to|help|support|questions|kontakt|hilfe|fragen|contacter|contactez|aide|contacto|correo
ayuda|contatto|assistenza|contato|ajuda|hulp|vragen|frågor|hjälp|spørgsmål|hjælp|spørsmål|hjelp|yhteys|tuki|pomoc|dotaz
segítség|почта|помощь|допомога|メール|問い合わせ|邮件|邮箱|联系|郵件|聯絡|메일|문의|iletişim|yardım|דוא"ל|תמיכה|بريد|دعم
"""
"""Words after which an address is one to write to."""

PHONES = """
phone|dial|call in|audio only|audio|telephone|one tap|toll|local number|telefon|anrufen|einwahl|einwählen|téléphone
composez|appel|teléfono|llame|marque|marcar|telefono|telefone|ligar
chiama|chiamare|disque|discar|bellen|inbellen|telefoon|ring|puhelin|soita|zadzwoń|telefonicznie|wybierz|zavolejte
hívja|tárcsáz|телефон|позвон|наберите|зателефон|набер
電話|ダイヤル|电话|拨打|拨入|電話|撥|전화|telefonla|arayın|טלפון|חייג|هاتف|اتصل|τηλέφωνο|gọi|điện thoại|โทร|telepon
"""
"""Words that announce telephone numbers of the meeting; looked for, not read after."""

CONTACT = """
tel|tel.|telefon|telefon:|mobile|mobil|mob|mob.|cell|cellphone|fax|office|direct|phone|ph|ph.|m|t|o|f|p|d|handy
téléphone|tél|tél.|móvil|celular|teléfono|telefono|cellulare|telemóvel|puh|puh.
puhelin|gsm|тел|тел.|моб|моб.|факс|電話|携帯|电话|手机|傳真|전화|whatsapp|reservations|reservation|reception
helpdesk|help desk
support|hotline|restaurant|hotel|contact
"""
"""What stands in front of a person's or a restaurant's number."""

QUOTE_FROM = """
dari|प्रेषक|saatja|nuo|no|pošiljatelj|odosielateľ|posílá|fra|frá|изпратил|подател|šalje
from|von|de|da|van|från|fra|lähettäjä|od|feladó|от|від|от кого|差出人|送信者|发件人|寄件者|寄件人|보낸 사람
보낸사람|발신|kimden
gönderen|מאת|من|expeditor|de la|από|remitente|expéditeur|mittente|afzender|avsändare|afsender|avsender|nadawca
odesílatel|odosielateľ|отправитель|відправник|pošiljatelj|saatja|nuo|no|từ|จาก
"""
"""The sender's line of a quoted message's header."""

QUOTE_SENT = """
изпратено|изпратен|poslano|odoslané|odeslané|saadetud|saatmisaeg|nosūtīts|išsiųsta|dikirim|भेजा गया|enviat
sent on|dátum odoslania
sent|gesendet|envoyé|envoyé le|enviado|enviado el|enviada em|enviado em|enviada|inviato|verzonden|skickat
sendt|lähetetty|wysłano|odesláno|odoslané|elküldve|küldve|отправлено|дата|надіслано|送信日時|发送时间|傳送時間
寄件日期|日時|gönderme tarihi|gönderim tarihi|verstuurd|sänt|sendt den|lähetyspäivä|data wysłania|data invio
보낸 날짜|보낸날짜|날짜|gönderilme tarihi|gönderildi|tarih|נשלח|تاريخ الإرسال|تم الإرسال|أرسلت|trimis|στάλθηκε|date
datum|data|fecha|dato|päivämäärä|päiväys|dátum|poslano|saadetud|đã gửi|ngày|ส่ง|วันที่
"""
"""The date's line of a quoted message's header."""

QUOTE_RULE = """
original|ursprüng|origine|originale|oorspronkelijk|ursprung|oprindelig|opprinnelig|alkuperäinen|oryginaln
původní|pôvodn|eredeti|исходное|оригинал|оригінал|元のメッセージ|原始|原邮件|원본|özgün|orijinal|המקורית|الأصلية
forward
weitergeleitet|transféré|reenviad|inoltrat|doorgestuurd|vidarebefordra|videresend|välitetty|przekazan
přeposlan|továbbított|пересылаем|пересланное|переслане|転送|转发|轉寄|전달|iletilen|encaminhada|πρωτότυπο|προωθημένο
"""
"""In a line between dashes: an original or forwarded message begins."""
