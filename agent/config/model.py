"""`Config`, the whole of `config.toml`, with the sections that name a calendar source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field

from agent.config.sections import (
    FILE,
    Branding,
    Display,
    HotDesk,
    Input,
    Join,
    Meetings,
    Network,
    Requests,
    Room,
    Section,
    Web,
    number,
)
from agent.config.values import Day, Endpoint, FilePath, HttpsRoot, Slug, Text

MICROSOFT_LOGIN = "https://login.microsoftonline.com"


class Ews(Section):
    endpoint: Endpoint = Field("", description="a URL such as https://mail.contoso.example/EWS/Exchange.asmx")
    auth: Literal["basic", "ntlm", "oauth"] = "basic"
    username: Text = Field("", description="a name such as mailboxservice@contoso.example or CONTOSO\\mailboxservice")
    password_file: FilePath = Field("", description=FILE)
    ca_file: FilePath = Field("", description=FILE)
    tenant_id: Text = Field("", description="the directory's id or domain, a text")
    client_id: Text = Field("", description="the app registration's id, a text")
    client_secret_file: FilePath = Field("", description=FILE)
    client_secret_expires: Day = Field("", description="a day such as 2027-03-31, or empty")
    certificate_file: FilePath = Field("", description=FILE)
    certificate_password_file: FilePath = Field("", description=FILE)
    authority: HttpsRoot = Field(MICROSOFT_LOGIN, description=f"a URL such as {MICROSOFT_LOGIN}")
    scope: Text = Field("https://outlook.office365.com/.default", description="the permission asked for, a text")


class Graph(Section):
    endpoint: HttpsRoot = Field("https://graph.microsoft.com", description="a URL such as https://graph.microsoft.com")
    authority: HttpsRoot = Field(MICROSOFT_LOGIN, description=f"a URL such as {MICROSOFT_LOGIN}")
    auth: Literal["secret", "certificate", "device_code"] = "secret"
    tenant_id: Text = Field("", description="the directory's id or domain, a text")
    client_id: Text = Field("", description="the app registration's id, a text")
    client_secret_file: FilePath = Field("", description=FILE)
    client_secret_expires: Day = Field("", description="a day such as 2027-03-31, or empty")
    certificate_file: FilePath = Field("", description=FILE)
    certificate_password_file: FilePath = Field("", description=FILE)
    ca_file: FilePath = Field("", description=FILE)
    poll_s: int = number(30, 5, 120, "seconds")
    fast_poll_s: int = number(3, 3, 120, "seconds")


class Calendar(Section):
    source: Literal["ews", "graph", "demo"] = "ews"
    fallback: Literal["", "graph", "ews"] = ""
    days_ahead: int = number(14, 1, 60, "days")
    days_behind: int = number(1, 0, 30, "days")
    boot_spread_s: int = number(120, 0, 3600, "seconds")
    ews: Ews = Ews()
    graph: Graph = Graph()


class Config(Section):
    """Everything an administrator may set. Immutable; a changed file is loaded into a new value."""

    room: Room = Room()
    network: Network = Network()
    calendar: Calendar = Calendar()
    meetings: Meetings = Meetings()
    requests: Requests = Requests()
    join: Join = Join()
    hot_desk: HotDesk = HotDesk()
    web: Web = Web()
    display: Display = Display()
    branding: Branding = Branding()
    inputs: Mapping[Slug, Input] = Field({}, description="tables [inputs.NAME]")

    @classmethod
    def default(cls) -> Self:
        """Every key at its default: a box nobody has set up."""
        return cls()

    @property
    def set_up(self) -> bool:
        """Whether room and calendar are named. A file may leave both to the wizard; it may not name one of them."""
        if self.calendar.source == "demo":
            return True
        if self.calendar.source == "graph":
            account = self.calendar.graph.tenant_id or self.calendar.graph.client_id
        else:
            account = self.calendar.ews.endpoint or self.calendar.ews.username or self.calendar.ews.client_id
        return bool(self.room.mailbox or account)
