"""What those who follow something are told."""

from __future__ import annotations

from portal.content.notices.events import WATCHED, Event
from portal.kernel.messages import _l

PUBLISHED = "watched.published"
EDITED = "watched.edited"
REPLIED = "watched.replied"
MATCHED = "watched.matched"
IMPORTED = "watched.imported"

WATCHING_EVENTS = (
    Event(PUBLISHED, WATCHED, _l("%(actor)s published “%(title)s”"), "file-plus"),
    Event(EDITED, WATCHED, _l("%(actor)s changed “%(title)s”"), "pencil"),
    Event(REPLIED, WATCHED, _l("%(actor)s replied to “%(title)s”"), "message"),
    Event(MATCHED, WATCHED, _l("“%(title)s” is new in a search that you follow"), "search"),
    Event(
        IMPORTED,
        WATCHED,
        _l("%(actor)s imported documents into a space that you follow, “%(title)s” among them"),
        "file-plus",
    ),
)
