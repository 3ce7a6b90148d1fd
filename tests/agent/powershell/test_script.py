"""What the scripts do, and what they say about it."""

import re
from typing import Any

import pytest

from agent.config import Config
from agent.errors import UsageError
from agent.powershell import Kind, Options, Scope, Tenant, cures, options_for, script

ROOM, ACCOUNT = "sjroom@contoso.example", "mailboxservice@contoso.example"
APP, OBJECT = "6233fba6-0198-4277-892f-9275bf728bcc", "7c7599b2-23af-45e3-99ff-0025d148e929"


def on_prem(**values: Any) -> str:
    return script(Options(kind=Kind.EXCHANGE, **{"mailbox": ROOM, "service_account": ACCOUNT} | values))


def online(kind: Kind = Kind.GRAPH, **values: Any) -> str:
    given = {"mailbox": ROOM, "app_id": APP, "object_id": OBJECT} | values
    return script(Options(kind=kind, tenant=Tenant.EXO, **given))


def code(text: str) -> list[str]:
    """The lines that do something."""
    return [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]


def line_with(text: str, words: str) -> str:
    (found,) = [line for line in code(text) if words in line]
    return found


def test_the_role_is_granted_for_this_room_only_unless_more_is_asked_for() -> None:
    text = on_prem()
    assert (
        f"New-ManagementScope -Name 'RoomAgent {ROOM}' -RecipientRestrictionFilter \"PrimarySmtpAddress -eq '{ROOM}'\""
        in code(text)
    )
    granted = line_with(text, "New-ManagementRoleAssignment")
    assert f"-Role ApplicationImpersonation -User '{ACCOUNT}' -CustomRecipientWriteScope 'RoomAgent {ROOM}'" in granted
    assert "What is lost by it" in text


PERSON = Config.model_validate(
    {"room": {"mailbox": ROOM}, "calendar": {"source": "graph", "graph": {"client_id": APP, "auth": "device_code"}}}
)


def test_a_box_that_signs_in_with_a_code_needs_a_persons_rights_and_none_of_an_app() -> None:
    text = script(options_for(PERSON, "graph", {"service_account": ACCOUNT}))

    assert f"Add-MailboxFolderPermission -Identity $Calendar -User '{ACCOUNT}' -AccessRights Editor" in code(text)
    assert "Calendars.ReadWrite.Shared" in text
    assert "Allow public client flows" in text
    assert not [
        line for line in code(text) if re.search("ServicePrincipal|Management|OrganizationCustomization$", line)
    ]
    assert "ObjectId" not in text


def test_whoever_names_an_object_id_asks_for_an_apps_rights_all_the_same() -> None:
    text = script(options_for(PERSON, "graph", {"object_id": OBJECT}))

    assert "New-ServicePrincipal" in text
    assert "MailboxFolderPermission" not in text


@pytest.mark.parametrize(
    ("scope", "restriction"),
    [
        (Scope.ROOMS, "\"RecipientTypeDetails -eq 'RoomMailbox'\""),
        (
            Scope.ROOMS_AND_EQUIPMENT,
            "\"RecipientTypeDetails -eq 'RoomMailbox' -or RecipientTypeDetails -eq 'EquipmentMailbox'\"",
        ),
        (Scope.GROUP, '("MemberOfGroup -eq \'{0}\'" -f $GroupDN.Replace("\'", "\'\'"))'),
    ],
)
@pytest.mark.parametrize("make", [on_prem, online])
def test_wider_scopes_are_made_and_used(scope: Scope, restriction: str, make: Any) -> None:
    text = make(scope=scope, group="Rooms")
    made = line_with(text, "New-ManagementScope")
    assert made.endswith(f"-RecipientRestrictionFilter {restriction}")
    name = re.findall(r"-Name ('[^']+')", made)[0]
    assert line_with(text, "New-ManagementRoleAssignment").endswith(f"Scope {name}")
    assert line_with(text, "Set-ManagementScope").endswith(restriction)


def test_the_groups_name_is_looked_up_and_has_to_be_one_group() -> None:
    text = on_prem(scope=Scope.GROUP, group="Rooms")
    assert "$Found = @(Get-DistributionGroup -Identity 'Rooms' -ErrorAction Stop)" in code(text)
    assert "if ($Found.Count -ne 1) {" in code(text)


@pytest.mark.parametrize("make", [on_prem, online])
def test_without_a_scope_everybody_who_reads_or_runs_it_is_warned(make: Any) -> None:
    text = make(scope=Scope.NONE)
    assert "# WARNING: no scope. Without one EVERY calendar" in text
    assert line_with(text, "Write-Warning 'No scope")
    assert "ManagementScope" not in "\n".join(code(text))
    assert "Scope '" not in line_with(text, "New-ManagementRoleAssignment")


def test_the_first_cmdlet_asks_whether_the_organisation_is_dehydrated() -> None:
    for text in (on_prem(), online(), online(Kind.EXCHANGE)):
        called = [line for line in code(text) if re.match(r"[A-Z][a-z]+-", line) and "Connect-" not in line]
        assert called[0] == "Get-OrganizationConfig | ft IsDehydrated"
        assert "Enable-OrganizationCustomization is needed first" in re.sub(r"\n# ", " ", text)
    assert "Enable-OrganizationCustomization" in code(online())
    assert "Enable-OrganizationCustomization" not in code(on_prem())


def test_exchange_server_is_told_nothing_of_apps_and_exchange_online_nothing_of_impersonation() -> None:
    assert not re.search("ServicePrincipal|-App |EwsAllowedAppIDs|MgUser|Connect-Exchange", "\n".join(code(on_prem())))
    for text in (online(), online(Kind.EXCHANGE), online(service_account=ACCOUNT)):
        assert not re.search("ApplicationImpersonation|Throttling|ADUser", "\n".join(code(text)))


def test_an_app_gets_its_role_in_the_scope_and_is_tested() -> None:
    text = online()
    assert f"New-ServicePrincipal -AppId '{APP}' -ObjectId '{OBJECT}' -DisplayName 'Room agent'" in code(text)
    granted = line_with(text, "New-ManagementRoleAssignment")
    assert f"-App '{OBJECT}' -Role 'Application Calendars.ReadWrite' -CustomResourceScope 'RoomAgent {ROOM}'" in granted
    assert f"$Granted = @(Test-ServicePrincipalAuthorization -Identity '{OBJECT}' -Resource '{ROOM}')" in code(text)
    assert "no Calendars.* permission in Entra" in text


def test_ews_online_says_when_it_ends_and_keeps_the_apps_that_are_allowed() -> None:
    text = online(Kind.EXCHANGE)
    assert "-Role 'Application EWS.AccessAsApp' -CustomResourceScope" in text
    assert "Set-OrganizationConfig -EwsEnabled $true -EwsAllowedAppIDs ($Allowed -join ',') -Confirm" in code(text)
    assert "whatever is not in it loses EWS" in text
    assert f"if ($Allowed -notcontains '{APP}') {{ $Allowed += '{APP}' }}" in code(text)
    assert "2027-04-01" in text
    assert "room-agent commands graph" in text
    assert "2027" not in on_prem()


def test_graph_does_not_reach_exchange_server() -> None:
    with pytest.raises(UsageError, match=r"Exchange Server.*hybrid"):
        Options(kind=Kind.GRAPH, tenant=Tenant.ON_PREM)


def test_content_that_joining_needs_is_kept() -> None:
    line = line_with(on_prem(), "Set-CalendarProcessing")
    assert line.startswith(f"Set-CalendarProcessing -Identity '{ROOM}' -AutomateProcessing AutoAccept ")
    for kept in ("DeleteComments", "DeleteSubject", "AddOrganizerToSubject", "RemovePrivateProperty"):
        assert f"-{kept} $false" in line
    assert line_with(on_prem(), "Get-CalendarProcessing").startswith(f"Get-CalendarProcessing -Identity '{ROOM}' | fl ")


def test_a_box_that_answers_requests_finds_them_whole_in_the_inbox() -> None:
    for make in (on_prem, online):
        line = line_with(make(process_requests=True), "Set-CalendarProcessing")
        assert "-AutomateProcessing None " in line
        assert "'AutomateProcessing'" in line_with(make(process_requests=True), "Get-CalendarProcessing")
    assert "'Application Mail.ReadWrite' -CustomResourceScope" in online(process_requests=True)
    assert "Mail." not in online()


def test_a_box_that_informs_organizers_may_send_and_read_no_mail() -> None:
    script = online(informs=True)
    assert "'Application Mail.Send' -CustomResourceScope" in script
    assert "Mail.Read" not in script


def test_the_password_is_asked_for_and_never_expires() -> None:
    text = on_prem()
    assert "-AsSecureString)" in line_with(text, "New-Mailbox -Name 'mailboxservice'")
    assert "ConvertTo-SecureString" not in text
    assert "Set-ADUser -Identity $AccountDN -PasswordNeverExpires $true" in code(text)
    assert "PasswordNeverExpires" in line_with(text, "Get-ADUser")
    assert "DisablePasswordExpiration" in line_with(online(service_account=ACCOUNT), "Update-MgUser")


def test_an_account_that_is_known_by_its_short_name_is_looked_up_but_cannot_be_made() -> None:
    text = on_prem(service_account="CONTOSO\\svc")
    assert "if (-not (Get-User -Identity 'CONTOSO\\svc' -ErrorAction SilentlyContinue)) {" in code(text)
    assert "New-ADUser" not in text


def test_the_mailbox_may_be_a_room_or_equipment() -> None:
    new = f"New-Mailbox -Name 'sjroom' -Alias 'sjroom' -PrimarySmtpAddress '{ROOM}'"
    lines = code(on_prem())
    start = lines.index("if ($Equipment) {")
    assert lines[start + 1 : start + 4] == [f"{new} -Equipment", "} else {", f"{new} -Room"]


def test_silence_means_not_granted() -> None:
    text = on_prem()
    asked = f"$Granted = @(Get-ManagementRoleAssignment -RoleAssignee '{ACCOUNT}' -Role ApplicationImpersonation)"
    assert asked in code(text)
    assert "if ($Granted.Count -eq 0) {" in code(text)
    assert "up to an hour" in text


@pytest.mark.parametrize("make", [on_prem, online])
def test_another_mailbox_can_be_named_that_must_stay_closed(make: Any) -> None:
    assert (
        "$OtherMailbox = ''  # a mailbox that the box must NOT be able to open, to prove it; empty: not tried" in make()
    )
    assert "Too much" in make()


def test_a_room_list_is_made_filled_and_opened_to_the_account() -> None:
    text = on_prem(room_list="b1@contoso.example")
    assert "New-DistributionGroup -Name 'b1' -PrimarySmtpAddress 'b1@contoso.example' -RoomList" in code(text)
    assert line_with(text, "Import-Csv").startswith("Import-Csv -Path $RoomsCsv | Where-Object { $_.address -and")
    owned = f"Set-DistributionGroup -Identity 'b1@contoso.example' -ManagedBy @{{Add='{ACCOUNT}'}}"
    assert owned in line_with(text, "ManagedBy")
    assert line_with(text, "ManagedBy") == cures.room_list_managed_by("b1@contoso.example", ACCOUNT)
    assert "New-DistributionGroup -Name 'Building 1' -RoomList" in code(on_prem(room_list="Building 1"))
    assert "if ($RoomList) {" in code(on_prem())


def test_what_is_not_known_is_filled_in_at_the_top_and_the_script_stops_until_it_is() -> None:
    text = on_prem(mailbox="", service_account="")
    assert "$Room = 'room@contoso.example'  # the room's primary mail address" in code(text)
    assert "if ($Room, $Account, $Name -match 'contoso\\.example|00000000-0000') {" in code(text)
    assert '-RecipientRestrictionFilter ("PrimarySmtpAddress -eq \'{0}\'" -f $Room.Replace("\'", "\'\'"))' in text
    assert "Fill in" not in on_prem()


def test_a_variable_is_set_before_it_is_used() -> None:
    for text in (on_prem(mailbox="", service_account=""), online(mailbox="", app_id="", object_id=""), online()):
        known = {"_", "false", "true"}
        for line in code(text):
            used = set(re.findall(r"\$(\w+)", line.partition("  # ")[0]))
            made = set(re.findall(r"^\$(\w+) \+?= ", line))
            assert used - made - known == set(), line
            known |= made


def test_options_that_change_nothing_are_named() -> None:
    assert "# Not used here: --group" in on_prem(group="Rooms")
    assert "# Not used here: --app-id" in on_prem(app_id=APP)
    assert "Not used here" not in on_prem(scope=Scope.GROUP, group="Rooms")


@pytest.mark.parametrize(
    ("kind", "table", "expected"),
    [
        ("exchange", {"ews": {"username": "CONTOSO\\svc"}}, (Tenant.ON_PREM, "CONTOSO\\svc", "")),
        ("exchange", {"ews": {"auth": "oauth", "client_id": APP}}, (Tenant.EXO, "", APP)),
        ("graph", {"graph": {"client_id": APP}}, (Tenant.EXO, "", APP)),
        ("exchange", {"source": "graph"}, (Tenant.EXO, "", "")),
        ("graph", {"graph": {"client_id": "room-agent"}}, (Tenant.EXO, "", "")),
        ("exchange", {"ews": {"username": "a b"}}, (Tenant.ON_PREM, "", "")),
    ],
)
def test_the_configuration_says_what_no_option_does(
    kind: str, table: dict[str, Any], expected: tuple[Tenant, str, str]
) -> None:
    given = {"room": {"mailbox": ROOM}, "calendar": table, "meetings": {"process_requests": True}}
    found = options_for(Config.model_validate(given), kind, {})
    assert (found.tenant, found.service_account, found.app_id) == expected
    assert (found.mailbox, found.process_requests, found.scope) == (ROOM, True, Scope.ROOM)
    assert options_for(Config.model_validate(given), kind, {"mailbox": "b@c.example"}).mailbox == "b@c.example"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"kind": "imap"}, "exchange|graph: expected one of exchange, graph."),
        ({"tenant": "cloud"}, "--tenant: expected one of on-prem, exo."),
        ({"scope": "all"}, "--scope: expected one of room, rooms, rooms-and-equipment, group, none."),
        ({"values": {"mailbox": ""}}, "--mailbox: expected a value, found nothing."),
        ({"values": {"password": "x"}}, "--password: there is no such option."),
    ],
)
def test_words_that_are_no_choice_are_refused_with_those_there_are(asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError, match=f"^{re.escape(sentence)}$"):
        options_for(Config.default(), **{"kind": "exchange", "values": {}} | asked)
