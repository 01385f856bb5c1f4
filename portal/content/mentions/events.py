"""What those who are named in a text are told."""

from __future__ import annotations

from portal.content.notices.events import MENTIONS, Event
from portal.kernel.messages import _l

IN_DOCUMENT = "mention.document"
IN_REPLY = "mention.reply"

MENTION_EVENTS = (
    Event(IN_DOCUMENT, MENTIONS, _l("%(actor)s mentioned you in “%(title)s”"), "at"),
    Event(IN_REPLY, MENTIONS, _l("%(actor)s mentioned you in a reply to “%(title)s”"), "at"),
)
