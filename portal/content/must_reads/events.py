"""What people are told about must-reads."""

from __future__ import annotations

from portal.content.notices.events import TASKS, Event
from portal.kernel.messages import _l

ASKED, CHANGED, DUE, OVERDUE = "must_read.asked", "must_read.changed", "must_read.due", "must_read.overdue"

EVENTS = (
    Event(
        ASKED,
        TASKS,
        _l("%(actor)s asks you to read “%(title)s” and to sign it by %(due)s"),
        "signature",
    ),
    Event(
        CHANGED,
        TASKS,
        _l("“%(title)s”, which you have signed, has changed: please read what is new by %(due)s"),
        "signature",
    ),
    Event(DUE, TASKS, _l("“%(title)s” waits for your signature until %(due)s"), "calendar-due"),
    Event(OVERDUE, TASKS, _l("“%(title)s” should have been signed by %(due)s"), "alert-circle"),
)
