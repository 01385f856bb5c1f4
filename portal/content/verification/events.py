"""What people are told of about verification."""

from __future__ import annotations

from portal.content.notices.events import TASKS, Event
from portal.kernel.messages import _l

SOON = "verification.soon"
EXPIRED = "verification.expired"
DOUBTED = "verification.doubted"
SETTLED = "verification.settled"
KEEPER = "verification.keeper"
LEFT = "verification.left"

EVENTS = (
    Event(SOON, TASKS, _l("%(title)s is due to be verified by %(day)s"), "calendar-time"),
    Event(
        EXPIRED,
        TASKS,
        _l("The verification of %(title)s ended on %(day)s. Is it still right?"),
        "clock-exclamation",
    ),
    Event(DOUBTED, TASKS, _l("%(actor)s doubts %(title)s: %(reason)s"), "alert-triangle"),
    Event(SETTLED, TASKS, _l("%(actor)s looked into your doubt and verified %(title)s"), "circle-check"),
    Event(KEEPER, TASKS, _l("%(actor)s made you keeper of %(title)s"), "shield-check"),
    Event(
        LEFT,
        TASKS,
        _l("%(name)s no longer keeps %(title)s. It is now with the editors of its space"),
        "user-off",
    ),
)
