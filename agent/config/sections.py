"""The small sections of `config.toml`. Each field's `description` says what is expected of its value.

Names are the contract: `config.web.listen` is `listen` in `[web]`. A `…_file` value is the path of a secret, a
certificate, a picture (`IMAGE`) or an EDID; `load` makes it absolute, relative to the configuration file.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.config.values import (
    AllowedMailbox,
    Argument,
    Audio,
    BookingLink,
    Color,
    FilePath,
    Host,
    Language,
    Listen,
    Mailbox,
    NoProxy,
    OptionalHost,
    PathTemplate,
    Proxy,
    RemoteListen,
    Slug,
    Text,
    TimeZone,
    WallTime,
)

FILE = "the path of a file, relative to this one"
IMAGE = "the path of an image, relative to this file"


class Section(BaseModel):
    """A table of the file: no unknown keys, no silent conversions, no changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


def number(default: int, low: int, high: int, unit: str) -> Any:
    """A whole number with its range; the description is made of the same values."""
    return Field(default, ge=low, le=high, description=f"a whole number of {unit}, {low} to {high}")


def several(what: str) -> Any:
    """A list, empty by default. TOML arrays arrive as lists and are kept as tuples, hence not strict at this level."""
    return Field((), strict=False, description=f"a list of {what}")


class Room(Section):
    mailbox: Mailbox = Field("", description="the room's mail address")
    name: Text = Field("", description="a text; empty: what stands before the @ of its address")
    timezone: TimeZone = Field("UTC", description="an IANA time zone such as Europe/Berlin")
    language: Language = Field("en", description="a language tag such as en or de-CH")


class Network(Section):
    proxy: Proxy = Field("", description="a proxy such as http://proxy.contoso.example:3128")
    proxy_credentials_file: FilePath = Field("", description=FILE)
    no_proxy: tuple[NoProxy, ...] = several("hosts, domains or networks in quotes")


class Meetings(Section):
    join_lead_min: int = number(10, 0, 120, "minutes")
    show_subject: Literal["full", "organizer", "busy"] = "full"
    private_join: bool = True
    check_in: bool = False
    release_after_min: int = number(0, 0, 120, "minutes")
    allow_booking: bool = True
    process_requests: bool = False
    booking_title: Text = Field("", description="a text; empty: a title in the room's language")
    booking_link: BookingLink = Field("", description="an https:// address with {id} in it, or empty")
    inform_organizer: bool = False


class Requests(Section):
    """How the box answers invitations where `meetings.process_requests` is on. Times are the room's own clock's."""

    booking_window_days: int = number(180, 1, 1080, "days")
    max_duration_min: int = number(1440, 0, 20160, "minutes")
    allow_conflicts: bool = False
    conflict_percentage: int = number(0, 0, 100, "per cent")
    allow_series: bool = True
    work_from: WallTime = Field("", description="a time of the day such as 08:00, or empty")
    work_until: WallTime = Field("", description="a time of the day such as 18:00, or empty")
    work_days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = Field(
        ("mon", "tue", "wed", "thu", "fri"), strict=False, description='a list of "mon" to "sun"'
    )


class JoinRule(Section):
    """An administrator's own conference service: hosts with a path shape, or a SIP domain."""

    name: Annotated[Text, Field(min_length=1)] = Field(description="the name people know the service by")
    provider: Slug = Field(description="a short name such as pexip")
    hosts: tuple[Host, ...] = several("host names in quotes")
    path: PathTemplate = Field("", description="a path such as /meet/{id}")
    sip_domain: OptionalHost = Field("", description="a domain such as vc.contoso.example")


class JoinLauncher(Section):
    """How a display joins the meetings of one service."""

    provider: Slug = Field(description="the short name of a service such as zoom or sip")
    launcher: Literal["browser", "command", "details"]
    command: tuple[Argument, ...] = several("arguments in quotes, the program first")


class Join(Section):
    trusted_hosts: tuple[Host, ...] = several("host names in quotes")
    untrusted: Literal["confirm", "hide"] = "confirm"
    rules: tuple[JoinRule, ...] = several("tables [[join.rules]]")
    launchers: tuple[JoinLauncher, ...] = several("tables [[join.launchers]]")


class HotDesk(Section):
    allowed: tuple[AllowedMailbox, ...] = several("mail addresses or @domains in quotes")


class Web(Section):
    listen: Listen = Field("127.0.0.1:8080", description="a loopback address and port such as 127.0.0.1:8080")
    remote_listen: RemoteListen = Field("", description="an address and port such as 0.0.0.0:8443, or empty")
    setup_listen: RemoteListen = Field("0.0.0.0:8443", description="an address and port such as 0.0.0.0:8443, or empty")
    certificate_file: FilePath = Field("", description=FILE)
    key_file: FilePath = Field("", description=FILE)
    hosts: tuple[Host, ...] = several("host names in quotes")
    status_token_file: FilePath = Field("", description=FILE)


class Display(Section):
    """The screen. `dim_from`, `dim_until` and `nightly` are times of the room's own clock."""

    theme: Literal["auto", "light", "dark", "contrast"] = "auto"
    burn_in_shift: bool = True
    dim_from: WallTime = Field("", description="a time of the day such as 22:00")
    dim_until: WallTime = Field("", description="a time of the day such as 06:30")
    content: Literal["popup", "preview"] = "popup"
    cameras: tuple[Text, ...] = several("devices in quotes, by what they are recognised by")
    prepare_meeting: bool = True
    meeting_grace_min: int = number(30, 0, 720, "minutes")
    sleep_after_min: int = number(30, 0, 1440, "minutes")
    wake_before_min: int = number(10, 0, 120, "minutes")
    nightly: WallTime = Field("03:30", description="a time of the day such as 03:30, or empty")


class Branding(Section):
    """Whose room this is. The files are images for everybody's eyes, no secrets."""

    logo_file: FilePath = Field("", description=IMAGE)
    background_file: FilePath = Field("", description=IMAGE)
    color: Color = Field("", description="a colour such as #0a5c8f")


class Input(Section):
    """One socket where a guest plugs in."""

    kind: Literal["hdmi", "vga"] = "hdmi"
    match: Text = Field("", description="what the device is recognised by, a text")
    label: Text = Field("", description="what people call it, a text")
    audio: Audio = Field("off", description='"off", "auto" or an ALSA device such as "hw:1,0"')
    edid_file: FilePath = Field("", description=FILE)
