"""The wizard's steps in Chromium: what each asks, and what it says when that is not right."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from agent.wire import SetupFieldError
from tests.agent.front.scenes import HOSTILE
from tests.agent.front.setting_up import PIN, Box, at_step, field, next_step, resumed
from tests.fakes.core import Answer
from tests.fakes.setup_core import REFUSED, ROOM, ROOT, check


def test_what_is_wrong_stands_at_its_field_and_the_first_has_the_focus(page: Page, box: Box) -> None:
    resumed(box.core, "account")
    box.core.setup.errors["account"] = [
        SetupFieldError(field="username", code="a", title="This name is missing", detail="Ask for it."),
        SetupFieldError(field="endpoint", code="b", title="Wrong", detail=HOSTILE),
        SetupFieldError(field="", code="c", title="Something else", detail=""),
    ]
    page.goto(f"{box.screen}/setup")
    next_step(page)
    endpoint = page.locator(field(page, "endpoint"))
    expect(endpoint).to_be_focused()
    expect(endpoint).to_have_attribute("aria-invalid", "true")
    expect(endpoint).to_have_accessible_description(
        f"{HOSTILE} Example: https://mail.contoso.example/EWS/Exchange.asmx"
    )
    expect(page.get_by_role("alert")).to_have_text("Something else")
    endpoint.fill("https://x.example/")
    expect(endpoint).not_to_have_attribute("aria-invalid", "true")


def test_secrets_are_shown_only_while_one_asks(page: Page, box: Box) -> None:
    resumed(box.core, "account")
    page.goto(f"{box.screen}/setup")
    page.locator(field(page, "password")).fill("typed")
    expect(page.locator(field(page, "password"))).to_have_attribute("type", "password")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(field(page, "password"))).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide").click()
    expect(page.locator(field(page, "password"))).to_have_attribute("type", "password")


def test_a_failed_check_says_what_to_do_and_who_and_bars_the_way(
    page: Page, box: Box, axe: Callable[[str], None]
) -> None:
    resumed(box.core, "preflight", checked="never", checks=[])
    hostile = check("hostile", "fail", HOSTILE, detail=HOSTILE, cure=HOSTILE, command=HOSTILE)
    skipped = [check(id_, "skipped", "Not checked", detail="An earlier step did not pass.") for id_ in ("a", "b")]
    box.core.setup.scripts["room"] = [REFUSED, hostile, *skipped]
    page.goto(f"{box.screen}/setup")
    expect(page.get_by_text("2 checks failed")).to_be_visible()
    row = page.locator(".check-row[data-status=fail]").first
    expect(row).to_contain_text("The service account cannot sign in")
    expect(row).to_contain_text("What to do: Type the password again.")
    expect(row).to_contain_text("For the Exchange administrator")
    expect(row.locator("pre")).to_have_text(REFUSED.command or "")
    expect(page.locator(".check-row pre").nth(1)).to_have_text(HOSTILE)
    expect(page.locator(".check-row")).to_have_count(3)
    expect(page.get_by_text("Not checked (2)")).to_be_visible()
    expect(page.locator(".next")).to_be_disabled()
    axe("failed")
    box.core.setup.scripts["room"] = ROOM
    page.get_by_text("More checks").click()
    page.get_by_label("Try to write").check()
    page.locator(field(page, "other_mailbox")).fill("ceo@contoso.example")
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("Nothing failed; please read the notes")).to_be_visible()
    assert box.core.setup.runs[-1] == {"scope": "room", "write": True, "other_mailbox": "ceo@contoso.example"}
    next_step(page)
    at_step(page, box.core, "room")


def test_the_administrators_script_can_be_copied_and_saved(page: Page, context: BrowserContext, box: Box) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    resumed(box.core, "preflight")
    page.goto(f"{box.screen}/setup")
    page.get_by_role("button", name="Ask your Exchange administrator").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("pre")).to_contain_text("Get-CalendarProcessing")
    dialog.get_by_role("button", name="Copy").click()
    expect(dialog.get_by_text("Copied")).to_be_visible()
    with page.expect_download() as saved:
        dialog.get_by_role("link", name="Save as a file").click()
    assert saved.value.suggested_filename == "room-agent-exchange.ps1"
    assert "Get-CalendarProcessing" in saved.value.path().read_text("utf-8")


def test_a_room_is_found_by_name_in_a_file_or_typed_and_checked(page: Page, box: Box) -> None:
    resumed(box.core, "room", room="", checked="outdated")
    page.goto(f"{box.screen}/setup")
    page.get_by_text("Executive floor").click()
    expect(page.locator(".finder pre")).to_contain_text("Set-DistributionGroup")
    page.get_by_label("Part of the room's name").fill("köln")
    page.keyboard.press("Enter")
    expect(page.locator(".room")).to_contain_text(["Köln – Großer Konferenzraum"])
    page.get_by_text("Rooms from a CSV file").click()
    csv = b"name,address\nOslo,oslo@contoso.example\nbroken\n"
    page.get_by_label("Rooms from a CSV file").set_input_files({"name": "r.csv", "mimeType": "text/csv", "buffer": csv})
    expect(page.get_by_text("1 room found. 3: Not a mail address.")).to_be_visible()
    page.locator(".room").click()
    expect(page.locator(field(page, "mailbox"))).to_have_value("oslo@contoso.example")
    box.core.setup.scripts["room"] = [check("mailbox", "fail", "This mailbox is a person's")]
    page.get_by_role("button", name="Check this room").click()
    expect(page.get_by_text("This mailbox is a person's")).to_be_visible()
    box.core.setup.scripts["room"] = ROOM
    page.locator(field(page, "mailbox")).fill("sfroom@contoso.example")
    page.get_by_role("button", name="Check this room").click()
    page.get_by_role("button", name="Continue").click()
    at_step(page, box.core, "screen")
    assert box.core.setup.answers["room"]["mailbox"] == "sfroom@contoso.example"


def test_lists_that_cannot_be_read_leave_the_address_to_be_typed(page: Page, box: Box) -> None:
    resumed(box.core, "room")
    box.core.instead[f"{ROOT}/room-lists"] = Answer.problem(502, "x", "Bad Gateway", HOSTILE)
    page.goto(f"{box.screen}/setup")
    expect(page.get_by_role("alert").filter(has_text="onerror")).to_have_text(HOSTILE)
    next_step(page)
    at_step(page, box.core, "screen")


def graph(box: Box) -> None:
    resumed(box.core, "account", checked="never", checks=[])
    box.core.setup.answers |= {"calendar": {"source": "graph"}, "account": {}}


def test_a_certificate_is_made_on_the_box_and_its_public_part_shown(page: Page, box: Box) -> None:
    graph(box)
    page.goto(f"{box.screen}/setup")
    page.locator("input[value=certificate]").check()
    page.get_by_role("button", name="Make a certificate on this box").click()
    expect(page.get_by_role("group", name="Certificate", exact=True)).to_contain_text("BEGIN CERTIFICATE")
    expect(page.locator(".fingerprint:visible")).to_contain_text("AB12AB12")
    page.reload()
    expect(page.get_by_role("group", name="Certificate", exact=True)).to_contain_text("BEGIN CERTIFICATE")


def test_a_person_signs_in_with_a_code(page: Page, box: Box, axe: Callable[[str], None]) -> None:
    graph(box)
    page.goto(f"{box.screen}/setup")
    page.locator("select[id^=cloud]").select_option("other")
    page.locator(field(page, "endpoint")).fill("https://graph.contoso.example")
    page.locator("input[value=device_code]").check()
    page.locator(field(page, "tenant_id")).fill("contoso.onmicrosoft.example")
    next_step(page)
    expect(page.locator(".device-code")).to_have_text("FGH7-KLMN")
    expect(page.locator(".qr")).to_have_js_property("complete", True)
    axe("code")
    box.core.setup.signing_in = {"state": "failed", "code": "x", "title": "The sign-in was refused", "detail": "Ask."}
    expect(page.get_by_role("alert").filter(has_text="refused")).to_be_visible()
    box.core.setup.signing_in = {"state": "done"}
    page.get_by_role("button", name="Get a code").click()
    expect(page.get_by_text("Signed in.")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_selector(".checks-head")
    assert box.core.setup.answers["account"]["cloud"] == "other"


CA = "-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----\n"


def test_an_authority_of_ones_own_is_shown_by_its_fingerprint(page: Page, box: Box) -> None:
    resumed(box.core, "account")
    page.goto(f"{box.screen}/setup")
    upload = page.locator("input[type=file]")
    upload.set_input_files({"name": "x.pem", "mimeType": "text/plain", "buffer": b"<script>alert(1)</script>"})
    expect(page.get_by_text("This file holds no certificate in PEM form.")).to_be_visible()
    upload.set_input_files({"name": "x.pem", "mimeType": "text/plain", "buffer": CA.encode()})
    expect(page.locator(".fingerprint:visible")).to_contain_text("SHA-256:")
    next_step(page)
    at_step(page, box.core, "preflight")
    assert box.core.setup.answers["account"]["ca"] == CA.strip()


@pytest.mark.parametrize(
    ("first", "second", "said"), [("12345", "12345", "6 to 16"), ("", "", "6 to 16"), (PIN, "271829", "not the same")]
)
def test_a_pin_is_chosen_twice_and_by_its_rules(page: Page, box: Box, first: str, second: str, said: str) -> None:
    resumed(box.core, "policies", secrets={})
    page.goto(f"{box.screen}/setup")
    page.locator(field(page, "pin")).first.fill(first)
    page.locator(field(page, "pin_again")).fill(second)
    next_step(page)
    expect(page.locator(".field-error:visible").first).to_contain_text(said)
    assert [path for path, _ in box.core.setup.posts] == ["/pair"]


def test_the_demo_needs_no_account(page: Page, box: Box) -> None:
    resumed(box.core, "calendar")
    page.goto(f"{box.screen}/setup")
    page.locator("input[value=demo]").check()
    next_step(page)
    at_step(page, box.core, "screen")
    page.get_by_role("button", name="Back").click()
    at_step(page, box.core, "calendar")
