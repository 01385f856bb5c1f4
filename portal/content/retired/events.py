"""What people are told about retired phrases."""

from __future__ import annotations

from portal.content.notices.events import TASKS, Event
from portal.kernel.messages import _l

FOUND = "retired.found"
FOUND_MANY = "retired.found_many"

EVENTS = (
    Event(FOUND, TASKS, _l("“%(phrase)s” is retired, and %(title)s still says it"), "eraser"),
    Event(
        FOUND_MANY, TASKS, _l("“%(phrase)s” is retired, and %(count)s of your items still say it"), "eraser"
    ),
)
