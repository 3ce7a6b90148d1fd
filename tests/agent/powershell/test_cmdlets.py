"""Every script of every combination of options, against the table of cmdlets and, where there is one, PowerShell."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from itertools import combinations, product
from pathlib import Path
from typing import Any, TypedDict

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.powershell import Kind, Options, Scope, Tenant, cures, script
from tests.agent.powershell.tokens import Command, Refused, commands

TABLE: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "powershell" / "cmdlets.json").read_text("utf-8")
)
WAYS = ((Kind.EXCHANGE, Tenant.ON_PREM), (Kind.EXCHANGE, Tenant.EXO), (Kind.GRAPH, Tenant.EXO))


GUIDE = (Path(__file__).parents[3] / "deploy" / "docs" / "administrator.md").read_text("utf-8")
GUIDE_BLOCKS = re.findall(r"```powershell\n(.*?)```", GUIDE, re.DOTALL)


class Values(TypedDict, total=False):
    mailbox: str
    service_account: str
    app_id: str
    object_id: str
    group: str
    room_list: str


VALUES: Values = {
    "mailbox": "sjroom@contoso.example",
    "service_account": "svc@contoso.example",
    "app_id": "6233fba6-0198-4277-892f-9275bf728bcc",
    "object_id": "7c7599b2-23af-45e3-99ff-0025d148e929",
    "group": "Rooms of 'Building' 1",
    "room_list": "building-1@contoso.example",
}
OTHER_KINDS: tuple[Values, ...] = (
    {"mailbox": "o'br`i$en@contoso.example"},
    {"service_account": "CONTOSO\\svc"},
    {"service_account": "svc-rooms"},
    {"room_list": "Building 1"},
)


@cache
def scripts(kind: Kind, tenant: Tenant) -> dict[Options, str]:
    """All scopes and flags with all values or none, every choice of values, and values of other kinds."""
    way = Options(kind=kind, tenant=tenant)
    every = [replace(way, **VALUES), way]
    asked = [
        replace(values, scope=scope, process_requests=process_requests, informs=process_requests)
        for scope, process_requests, values in product(Scope, (False, True), every)
    ]
    asked += [
        replace(way, **{key: VALUES[key] for key in given})  # type: ignore[literal-required]
        for count in range(len(VALUES))
        for given in combinations(VALUES, count)
    ]
    asked += [replace(every[0], **other) for other in OTHER_KINDS]
    if kind is Kind.GRAPH:
        asked += [replace(each, by_person=True) for each in asked]
    return {options: script(options) for options in asked}


def wrong(command: Command, tenant: Tenant) -> str | None:
    """What is wrong with a call, or None."""
    name = TABLE["aliases"].get(command.name, command.name)
    known = TABLE["cmdlets"].get(name)
    if known is None or tenant not in known["where"]:
        return "there is no such cmdlet"
    elsewhere = known.get("only_on_prem" if tenant is Tenant.EXO else "only_online", [])
    for parameter, arguments in command.parameters.items():
        if parameter not in (*known["parameters"], *TABLE["common"]) or parameter in elsewhere:
            return f"-{parameter}: there is no such parameter"
        if arguments != (parameter not in known.get("switches", [])):
            return f"-{parameter}: {arguments} arguments"
    if missing := set(known.get("required", [])) - set(command.parameters):
        return f"{missing}: missing"
    return "a stray argument" if command.positional > known.get("positional", 0) else None


@pytest.mark.parametrize(("kind", "tenant"), WAYS)
def test_every_script_calls_cmdlets_that_exist_there_with_parameters_they_have(kind: Kind, tenant: Tenant) -> None:
    for options, text in scripts(kind, tenant).items():
        found = commands(text)
        assert len(found) > 20
        assert [(each, why) for each in found if (why := wrong(each, tenant))] == [], options
        assert "`\n" not in text


def test_every_cure_does_too() -> None:
    room, account, guid = "sjroom@contoso.example", "svc@contoso.example", VALUES["app_id"]
    lines = {
        cures.impersonation_for(account, room): Tenant.ON_PREM,
        cures.application_access(guid, room): Tenant.EXO,
        cures.application_check(guid, room): Tenant.EXO,
        cures.ews_allowed(guid): Tenant.EXO,
        cures.room_list_managed_by("building-1@contoso.example", account): Tenant.ON_PREM,
        cures.impersonation_for("", ""): Tenant.ON_PREM,
    }
    for line, tenant in lines.items():
        assert "\n" not in line
        assert [(each, why) for each in commands(line) if (why := wrong(each, tenant))] == []


def test_every_line_of_the_table_is_used_and_names_its_page() -> None:
    used: dict[str, set[str]] = {}
    for text in (*(text for way in WAYS for text in scripts(*way).values()), *GUIDE_BLOCKS):
        for each in commands(text):
            used.setdefault(TABLE["aliases"].get(each.name, each.name), set()).update(each.parameters)

    assert {name: set(each["parameters"]) - used[name] for name, each in TABLE["cmdlets"].items()} == {
        name: set() for name in used
    }
    for name, each in TABLE["cmdlets"].items():
        assert each["source"].startswith("https://learn.microsoft.com/powershell/module/")
        assert each["source"].endswith(f"/{name.lower()}")


def test_the_guides_powershell_is_right_as_well() -> None:
    assert len(GUIDE_BLOCKS) > 5
    for block in GUIDE_BLOCKS:
        found = commands(block)
        assert any(not any(wrong(each, tenant) for each in found) for tenant in Tenant), block


def test_the_guides_command_lines_print_scripts(tmp_path: Path) -> None:
    lines = re.findall(r"(?m)^room-agent (commands [^>\n]+)", GUIDE)
    assert len(lines) >= 4
    for line in lines:
        result = CliRunner().invoke(app, [*line.split(), "--state-dir", str(tmp_path)])
        assert result.exit_code == 0, line


@pytest.mark.parametrize(
    "broken",
    ["Get-User -Identity 'a", "if ($A) {", "Get-User )", "Get-User `", "Get-User -Identity\n'a',\n", '"$(Get-User)"'],
)
def test_the_reader_refuses_what_does_not_parse(broken: str) -> None:
    with pytest.raises(Refused):
        commands(broken)


def test_the_table_notices_what_is_wrong() -> None:
    for line, tenant in (
        ("Get-Rooms", Tenant.EXO),
        ("New-ThrottlingPolicy -Name x", Tenant.EXO),
        ("New-ManagementRoleAssignment -Role x -App y", Tenant.ON_PREM),
        ("New-ManagementScope -Name x", Tenant.EXO),
        ("Get-User -Identity", Tenant.EXO),
        ("Get-User -Identity x y", Tenant.EXO),
        ("New-Mailbox -Name x -Room y", Tenant.EXO),
        ("Get-Mailbox x", Tenant.EXO),
    ):
        assert [wrong(each, tenant) for each in commands(line)] != [None], line


@pytest.mark.skipif(shutil.which("pwsh") is None, reason="PowerShell (pwsh) is not installed")
def test_powershell_itself_parses_every_script(tmp_path: Path) -> None:
    for kind, tenant in WAYS:
        for number, text in enumerate(scripts(kind, tenant).values()):
            (tmp_path / f"{kind}-{tenant}-{number}.ps1").write_text(text, encoding="utf-8-sig")
    parse = (
        "$Bad = 0; Get-ChildItem -Filter *.ps1 | ForEach-Object { $Errors = $null; [void]"
        "[System.Management.Automation.Language.Parser]::ParseFile($_.FullName, [ref]$null, [ref]$Errors); "
        "if ($Errors) { $Errors; $Bad = 1 } }; exit $Bad"
    )
    done = subprocess.run(
        ["pwsh", "-NoProfile", "-NonInteractive", "-Command", parse],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
