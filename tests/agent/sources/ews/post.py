"""The demo Exchange behind the contract's `Post`: a room whose requests wait, and an organizer."""

from __future__ import annotations

from agent.demo.http.faults import HttpStatus
from agent.demo.server import DemoServer
from agent.demo.world import Handling, Processing
from agent.ports import RequestBox
from agent.sources import open_requests
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.transport.settings import HttpSettings
from tests.agent.sources.organizer import Organizer
from tests.contracts.request_box import ANN, FOREIGN, ROOM
from tests.fakes.clock import FakeClock

SERVICE, SECRET = "mailboxservice@contoso.example", "a secret of the service account"


class DemoPost(Organizer):
    """See `tests.contracts.request_box.Post`."""

    def __init__(self, server: DemoServer, clock: FakeClock, auth: Auth = Auth.BASIC) -> None:
        super().__init__(server, clock)
        self.world.add_room(ROOM, "San Jose")
        self.world.add_user(ANN, "Ann Lee")
        self.world.add_user(FOREIGN, "The Boss")
        self.world.add_service_account(SERVICE, SECRET)
        self.world.mail.set_handling(ROOM, Handling(Processing.NONE))
        self._auth = auth
        self._open: list[RequestBox] = []

    def settings(self, mailbox: str = ROOM) -> EwsSettings:
        return EwsSettings(
            mailbox=mailbox,
            endpoint=self.server.https_url,
            auth=self._auth,
            username=SERVICE,
            password=lambda: SECRET,
            http=HttpSettings(ca_file=str(self.server.ca_file)),
        )

    def box(self, mailbox: str = ROOM) -> RequestBox:
        box = open_requests(self.settings(mailbox), self.clock)
        self._open.append(box)
        return box

    def throttle(self, seconds: int) -> None:
        self.server.faults.add(HttpStatus(503, retry_after_s=seconds), times=1)

    def close(self) -> None:
        for box in self._open:
            box.close()
