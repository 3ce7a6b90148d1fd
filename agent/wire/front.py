"""What a front is told by the core, so that it needs no configuration, no state and no secret of its own.

For the roles front and admin (`agent.api.peer`). A front asks once a second and follows what changes.

GET  /api/v1/front      → FrontFacts. `?wizard_port=8443`: where this front serves the wizard, which the welcome screen
                        names; without it nothing is said about that
GET  /api/v1/front/tls  → FrontTls, for a front that listens to the network · 404 `front.no_certificate`
POST /api/v1/token      {token, surface, peer} → 204: this is the token of that surface
                        `command` (the default): of programs of this machine · 403 `token.stale`
                        `status`: the bearer token of the network's peer, for status and metrics · 403 `token.wrong` ·
                        429 `token.locked` with Retry-After, after ten wrong ones of this peer within a minute ·
                        503 `token.unreadable`: the box cannot say, since its file is gone
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

FRONT_VERSION = 1
FRONT_FACTS = "/api/v1/front"
FRONT_TLS = "/api/v1/front/tls"
FRONT_TOKEN = "/api/v1/token"  # noqa: S105 - a path
STATUS = "status"
"""The surface that the network's bearer token opens."""
BEARER_TOKEN = re.compile(r"[!-~]{1,256}", re.ASCII)
"""What a token is made of that can be sent in a header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontFacts:
    """Nothing here is secret. `hosts`: names the box answers to besides loopback, `hostname` what it calls itself.

    `wizard` and `remote`: where the wizard, and status, metrics and settings, are served to the network, such as
    `0.0.0.0:8443`; empty while they are not. `settings`: whether the network may open the settings, with the PIN.
    `certificate`: says by changing that FrontTls has changed; empty while there is none.
    """

    version: int = FRONT_VERSION
    hosts: list[str] = field(default_factory=list)
    hostname: str = ""
    wizard: str = ""
    remote: str = ""
    settings: bool = False
    certificate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontTls:
    """For TLS: the certificate with its chain, and its private key, both PEM."""

    certificate: str
    key: str = field(repr=False)
