"""No value is ever read as code: a reader of PowerShell's rules finds each as it was given, and nothing else new."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from agent.errors import UsageError
from agent.powershell import Kind, Options, Scope, Tenant, cures, script
from agent.powershell.options import is_account
from agent.powershell.quoting import quoted, quoted_filter
from agent.powershell.terms import NAME_LENGTH, name
from tests.agent.powershell.tokens import Token, shape, strings, tokens

HOSTILE = (
    "'; Remove-Mailbox x; '", "$(Remove-Mailbox x)", "`$x`", "\u2019; Remove-Mailbox x #", "--%", "\u201c\u201d\u201e",
    "#>", "a\nRemove-Mailbox x", "\u202eabc", "''", "\u2018\u2018\u2018", "{0}", "%USERPROFILE%", "\\'", "a'b\u201ab",
)  # fmt: skip
texts = (
    st.text()
    | st.text(alphabet="'\u2018\u2019\u201a\u201b\"\u201c\u201d\u201e$`(){};|&#,@-% ab")
    | st.sampled_from(HOSTILE)
)
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # machines may be busy
GUID = "6233fba6-0198-4277-892f-9275bf728bcc"


def printable(text: str) -> str:
    return "".join(each for each in text if each.isprintable())


def opath(filter_text: str, filterable: str) -> str:
    """The value that an OPATH filter compares with."""
    match = re.fullmatch(rf"{filterable} -eq '((?:[^']|'')*)'", filter_text)
    assert match, filter_text
    return match[1].replace("''", "'")


@unhurried
@given(texts)
def test_a_quoted_value_is_one_string_that_says_just_that(value: str) -> None:
    assert tokens(quoted(value)) == [Token("string", printable(value))]


@unhurried
@given(texts)
def test_a_quoted_filter_is_one_string_and_its_value_one_string_in_it(value: str) -> None:
    (token,) = tokens(quoted_filter("PrimarySmtpAddress", value))
    assert token.kind == "string"
    assert opath(token.value, "PrimarySmtpAddress") == printable(value)


def test_a_usual_filter_reads_as_in_microsofts_pages() -> None:
    assert quoted_filter("City", "O'Hare") == "\"City -eq 'O''Hare'\""


locals_ = st.text(st.characters(codec="utf-8", exclude_characters='@<>()[],;:"\\*? \u201c'), min_size=1, max_size=30)
addresses = st.builds(
    "{}@contoso.example".format, locals_.filter(lambda text: printable(text) == text and text.split() == [text])
)
names = (
    texts.map(printable).map(str.strip).filter(lambda text: text and not set("*?@") & set(text) and len(text) <= 320)
)


@settings(unhurried, max_examples=40)
@given(addresses, addresses, names, names, st.sampled_from(Scope), st.sampled_from(list(Tenant)))
@example(
    "o'b\u2019r$(x)`@contoso.example".replace("(x)", ""), "a@b.example", "'; x #", "$(x)", Scope.GROUP, Tenant.ON_PREM
)
def test_values_change_nothing_of_a_script_but_their_own_strings(
    mailbox: str, account: str, group: str, room_list: str, scope: Scope, tenant: Tenant
) -> None:
    plain = Options(
        kind=Kind.EXCHANGE, tenant=tenant, mailbox="room@r.example", service_account="account@a.example", app_id=GUID,
        object_id=GUID, scope=scope, group="group", room_list="list",
    )  # fmt: skip
    hostile = replace(plain, mailbox=mailbox, service_account=account, group=group, room_list=room_list)
    before, after = tokens(script(plain)), tokens(script(hostile))

    assert shape(after) == shape(before)
    arrived = {"room@r.example": mailbox, "account@a.example": account, "group": group, "list": room_list}
    arrived |= {key.partition("@")[0]: value.rpartition("@")[0] for key, value in arrived.items() if "@" in key}
    for was, now in zip(strings(before), strings(after), strict=True):
        if was.startswith("PrimarySmtpAddress"):
            assert opath(now, "PrimarySmtpAddress") == mailbox
        elif was.startswith("RoomAgent"):
            assert re.fullmatch(r"RoomAgent[A-Za-z0-9@. _-]{1,55}", now)
        else:
            expected = arrived.get(was, was)
            assert now in (expected, expected[:20])


@unhurried
@given(texts, texts)
def test_no_value_changes_the_shape_of_a_cure(first: str, second: str) -> None:
    for cure in (cures.impersonation_for, cures.application_access, cures.room_list_managed_by):
        assert shape(tokens(cure(f"a@{first}", f"b@{second}"))) == shape(tokens(cure("a@a", "b@b")))


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("scope", Scope)
def test_comments_hold_no_value(kind: Kind, scope: Scope) -> None:
    values = {"mailbox": "zebra@contoso.example", "group": "zebra", "service_account": "zebra", "room_list": "zebra"}
    options = Options(kind=kind, scope=scope, **values)  # type: ignore[arg-type]
    comments = re.findall(r"(?m)(?:^|  )# .*", script(options))
    assert len(comments) > 20
    assert not [each for each in comments if "zebra" in each]


def test_all_that_is_ours_is_ascii() -> None:
    """Windows PowerShell reads a file without a byte order mark in its code page, where UTF-8 may look like quotes."""
    for kind in Kind:
        for scope in Scope:
            assert script(Options(kind=kind, scope=scope)).isascii()


@unhurried
@given(texts, texts)
def test_names_of_what_is_made_are_short_and_tell_values_apart(one: str, other: str) -> None:
    assert len(name(one)) <= NAME_LENGTH
    assert (name(one) == name(other)) == (one == other)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("mailbox", "sjroom"),
        ("mailbox", "San Jose <sjroom@contoso.example>"),
        ("mailbox", "*@contoso.example"),
        ("mailbox", "sj\nroom@contoso.example"),
        ("mailbox", "\u202esjroom@contoso.example"),
        ("mailbox", f"{'a' * 400}@contoso.example"),
        ("service_account", "a b"),
        ("service_account", "CONTOSO\\a\\b"),
        ("service_account", "svc\x00"),
        ("app_id", "1233fba6"),
        ("app_id", f"{GUID}'"),
        ("object_id", f"{{{GUID}}}"),
        ("object_id", GUID.replace("6", "\u0666")),
        ("group", "a\nb"),
        ("group", " rooms"),
        ("group", "Rooms*"),
        ("room_list", "x" * 321),
        ("room_list", "tab\there"),
    ],
)
def test_a_value_that_cannot_be_one_is_refused_by_the_name_of_its_option(option: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"^--{option.replace('_', '-')}: expected ") as caught:
        Options(kind=Kind.EXCHANGE, scope=Scope.GROUP, **{option: value})  # type: ignore[arg-type]
    assert value not in str(caught.value)


@unhurried
@given(addresses)
def test_what_is_an_address_may_be_an_account(address: str) -> None:
    assert is_account(address)
