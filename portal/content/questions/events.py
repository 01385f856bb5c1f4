"""What people are told about questions."""

from __future__ import annotations

from portal.content.notices.events import QUESTIONS, REPLIES, Event
from portal.kernel.messages import _l

ROUTED, ANSWERED, ACCEPTED = "question.routed", "question.answered", "question.accepted"

EVENTS = (
    Event(ROUTED, QUESTIONS, _l("%(actor)s asks “%(title)s”; you may know the answer"), "message-question"),
    Event(ANSWERED, REPLIES, _l("%(actor)s replied to your question “%(title)s”"), "message"),
    Event(ACCEPTED, REPLIES, _l("%(actor)s accepted your answer to “%(title)s”"), "circle-check"),
)
