"""Invitations as the conference services write them, with invented numbers, keys and tenants.

Layouts, labels and URL shapes are those organizers' mail programs really put into a calendar item; hosts that an
organisation runs itself end in `.example`. Equal arguments give an equal invitation.
"""

from __future__ import annotations

from agent.demo.invitations.delivery import DELIVERIES, Delivery
from agent.demo.invitations.draft import Draft, Language
from agent.demo.invitations.services import SERVICES, Service
from agent.model.event import Invitation

__all__ = ["Delivery", "Draft", "Language", "Service", "invitation"]


def invitation(service: Service, draft: Draft, delivery: Delivery = Delivery.INTACT) -> Invitation:
    """The invitation of this service as it lies in the room's mailbox."""
    return DELIVERIES[delivery](SERVICES[service](draft))
