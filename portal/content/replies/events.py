"""What people are told of replies."""

from __future__ import annotations

from portal.content.notices.events import REPLIES, Event
from portal.kernel.messages import _l

ANSWERED = "reply.answered"
RECEIVED = "reply.received"

REPLY_EVENTS = (
    Event(ANSWERED, REPLIES, _l("%(actor)s answered your reply to “%(title)s”"), "message"),
    Event(RECEIVED, REPLIES, _l("%(actor)s replied to your “%(title)s”"), "message"),
)
