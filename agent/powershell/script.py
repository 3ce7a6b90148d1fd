"""A whole script: what is done in which order, and what an administrator has to know about it."""

from __future__ import annotations

from agent.powershell import accounts, mailboxes, persons, rights, room_lists, tenant
from agent.powershell.blanks import choices, fill_in
from agent.powershell.lines import names, note, section, when
from agent.powershell.options import Kind, Options, Scope
from agent.powershell.remarks import after, head, lost_by, unused
from agent.powershell.terms import Terms


def script(options: Options) -> str:
    """The script for these options, ending in a newline. It may be run again: what is there already stays."""
    known = Terms.of(options)
    body = "\n\n".join(_sections(options, known))
    top = "\n".join([*head(options), *unused(options), *fill_in(known, body), *choices(options, body)])
    return f"{top}\n\n{body}\n"


def _sections(options: Options, known: Terms) -> list[str]:
    sections = [_organisation(options), _room(options, known)]
    if options.service_account or not options.online:
        sections.append(_account(options, known))
    sections += [_right(options, known), _room_list(options, known), _people(known), _checks(options, known)]
    return sections


def _organisation(options: Options) -> str:
    return section(
        "The organisation",
        tenant.connect(online=options.online),
        [] if options.by_person else tenant.customization(online=options.online),
    )


def _room(options: Options, known: Terms) -> str:
    processing = [mailboxes.processing(known.room, by_the_box=options.process_requests)]
    if options.process_requests:
        about = note(
            "The box itself answers requests: Exchange leaves them whole in the inbox (AutomateProcessing None). "
            "While the box is off nobody answers. Where two boxes or services answer for one mailbox, both will say so."
        )
        if options.kind is Kind.GRAPH:
            about += note(
                "Microsoft Graph answers meetings, not messages: if requests stay unanswered with None, use AutoUpdate "
                "in its place, which puts them into the calendar unanswered."
            )
    else:
        about = note(
            "Exchange accepts or declines, and keeps the text in which the way to join stands; by default it deletes "
            "text and subject. Only meetings that are booked from now on are cured. Leave out "
            "ProcessExternalMeetingMessages where nobody from outside may book the room."
        )
    return section("The room's mailbox", mailboxes.new_mailbox(known.room), about, processing)


def _account(options: Options, known: Terms) -> str:
    if options.online:
        about = note(
            "Only where the box signs in with a code in this account's name, or the account keeps a room list. Reading "
            "through an app registration, as below, needs no account at all."
        )
        return section("The service account", about, accounts.never_expires_online(known.account))
    return section(
        "The service account",
        note(
            "The password is asked for here and stands nowhere else. Keep it in a password store, and type it in on "
            "the box."
        ),
        accounts.new_account(known.account),
        note("It never expires: command and check. Needs the module ActiveDirectory (RSAT)."),
        accounts.never_expires(known.account),
        accounts.about_passwords(),
        accounts.throttling(known.account),
    )


def _right(options: Options, known: Terms) -> str:
    if options.by_person:
        rights_of_person = persons.calendar_rights(known.account, known.room)
        return section("The right to read the room", persons.about_sign_in(), rights_of_person)
    return _app(options, known) if options.online else _impersonation(options, known)


def _impersonation(options: Options, known: Terms) -> str:
    within = None if options.scope is Scope.NONE else known.scope
    return section(
        "The right to read the room",
        rights.scope(options, known),
        rights.impersonation_once(known.account, within, known.assignment),
        lost_by(options),
    )


def _app(options: Options, known: Terms) -> str:
    within = None if options.scope is Scope.NONE else known.scope
    role = rights.CALENDARS if options.kind is Kind.GRAPH else rights.EWS_AS_APP
    permission = "Calendars.*" if options.kind is Kind.GRAPH else "full_access_as_app"
    consent = note(
        f"WARNING: give the app no {permission} permission in Entra. What is consented to there is for the whole "
        "tenant and adds to what is granted here: the scope below would no longer hold anything back."
    )
    inbox, sending, allow = [], [], []
    if options.kind is Kind.GRAPH and options.informs:
        sending = [
            *note("Organizers are told of a meeting that ends early by a message of the room."),
            *rights.application_once(known.object_id, rights.SEND, within, known.sending_assignment),
        ]
    if options.kind is Kind.GRAPH and options.process_requests:
        inbox = [
            *note("Requests lie in the inbox, where a right to the calendar does not reach."),
            *rights.application_once(known.object_id, rights.MAIL, within, known.inbox_assignment),
        ]
    if options.kind is Kind.EXCHANGE:
        allow = [
            *note(
                "EWS must be on for the tenant, with this app in its list. CAUTION: whatever is not in it loses EWS. "
                "Where the list was empty so far, find out first who else uses EWS (Microsoft 365 admin center, Usage)."
            ),
            *tenant.allow_ews(known.app_id),
        ]
    return section(
        "The right to read the room",
        consent,
        rights.service_principal_once(known.app_id, known.object_id),
        rights.scope(options, known),
        rights.application_once(known.object_id, role, within, known.assignment),
        inbox,
        sending,
        lost_by(options),
        allow,
    )


def _room_list(options: Options, known: Terms) -> str:
    lines = room_lists.filled_list(known.room_list, known.room)
    if known.account.text or not options.online:
        lines.append(room_lists.managed_by(known.room_list, str(known.account)))
    else:
        lines += when("$ListOwner", room_lists.managed_by(known.room_list, "$ListOwner"))
    reading = (
        "Through Graph the app needs the Entra permission Place.Read.All for them; without it the address is typed."
        if options.kind is Kind.GRAPH
        else "Those who manage a list (ManagedBy) may read it."
    )
    about = note(f"From room lists the technician picks the room. At most 75 rooms in a list work well. {reading}")
    return section("Room list", about, lines if known.room_list.text else when("$RoomList", *lines))


def _people(known: Terms) -> str:
    return section(
        "A person who looks into the room's mailbox",
        note(
            "WARNING: FullAccess is everything in this mailbox. The box does not need it; give it for an inquiry only."
        ),
        when("$Delegate", mailboxes.full_access(known.room, "$Delegate")),
    )


def _checks(options: Options, known: Terms) -> str:
    role = rights.CALENDARS if options.kind is Kind.GRAPH else rights.EWS_AS_APP
    checks = [mailboxes.check_processing(known.room)]
    if options.by_person:
        return section("Checks", checks, persons.check_rights(), after(options))
    if options.scope is not Scope.NONE:
        checks.append(f"Get-ManagementScope -Identity {known.scope} | fl {names('Name', 'RecipientFilter')}")
    if options.online:
        checks += rights.check_application(known.object_id, known.room, role)
    else:
        checks += rights.check_impersonation(known.account)
    if options.online and options.kind is Kind.EXCHANGE:
        checks += tenant.check_ews(known.room)
    return section("Checks", checks, after(options))
