"""What a notice says, in the language of whoever reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.content.notices.events import EVENTS
from portal.kernel.messages import Message, _l

if TYPE_CHECKING:
    from portal.content.notices.queries import Heard

PLAIN = _l("There is news about “%(title)s”")
ICON = "bell"
WHY = {
    "space": _l("You follow the space %(label)s."),
    "tag": _l("You follow the tag %(label)s."),
    "person": _l("You follow %(label)s."),
    "query": _l("You follow the search %(label)s."),
}


class _Values(dict[str, object]):
    """Values of a sentence; an old notice may lack one that the sentence has learned since."""

    def __missing__(self, key: str) -> str:
        return ""


def sentence(told: Heard) -> str:
    """What happened."""
    event = EVENTS.get(told.event)
    values = _Values({**told.data, "actor": told.actor_name, "title": told.title})
    return str(Message((event.sentence if event else PLAIN).key, values))


def reason(told: Heard) -> str:
    """Why somebody who follows something is told; empty where it goes without saying."""
    known = WHY.get(str(told.data.get("why", "")))
    return str(Message(known.key, {"label": told.data.get("label", "")})) if known else ""


def icon(told: Heard) -> str:
    """Name of the drawing beside it."""
    event = EVENTS.get(told.event)
    return event.icon if event else ICON
