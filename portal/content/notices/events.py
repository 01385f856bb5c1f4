"""The register of what people can be told of, filled by `catalogue.py`; each part of the product declares its own events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.kernel.messages import Message, _l

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Group:
    """Events that somebody chooses a way of delivery for as one.

    Args:
        name: ASCII key, kept in preferences.
        label: what people call it.
    """

    name: str
    label: Message


@dataclass(frozen=True, slots=True)
class Event:
    """Something that people are told of.

    Args:
        name: ASCII key, kept in notices, e.g. `must_read.due`.
        group: under which group its delivery is chosen.
        sentence: with `%(actor)s`, `%(title)s` and the notice's own data as placeholders.
        icon: name of its drawing.
    """

    name: str
    group: Group
    sentence: Message
    icon: str = "bell"


MENTIONS = Group("mentions", _l("Somebody mentions me"))
REPLIES = Group("replies", _l("Replies to what I wrote"))
QUESTIONS = Group("questions", _l("Questions that I may know the answer to"))
TASKS = Group("tasks", _l("What waits for me: must-reads, reviews, verifications, retired wordings"))
WATCHED = Group("watched", _l("What I follow"))

EVENTS: dict[str, Event] = {}


def register(events: Iterable[Event]) -> None:
    """Fill the register.

    Raises:
        TypeError: two parts of the product use the same name.
    """
    EVENTS.clear()
    for event in events:
        if event.name in EVENTS:
            raise TypeError(f"the event {event.name!r} is declared twice")
        EVENTS[event.name] = event


def groups() -> list[Group]:
    """The groups in use, in the order of their first event."""
    return list({event.group.name: event.group for event in EVENTS.values()}.values())
