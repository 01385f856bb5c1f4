"""How each part of the content counts what waits for somebody, one statement each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.content.must_reads import queries as must_reads
from portal.content.questions import queries as questions
from portal.content.retired import queries as retired
from portal.content.verification import queries as verification
from portal.content.waiting.register import Work
from portal.kernel.messages import _l

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor


def _to_sign(session: Session, actor: Actor) -> int:
    return must_reads.waiting(session, actor).open


def _to_verify(session: Session, actor: Actor) -> int:
    return verification.counts(session, actor, None)[verification.MINE]


def _to_answer(session: Session, actor: Actor) -> int:
    return questions.counts(session, actor)[questions.FOR_ME]


WORK = (
    Work(_l("Must-reads to sign"), "checklist", "must_reads.index", _to_sign),
    Work(_l("Documents to verify"), "rosette-discount-check", "verification.board", _to_verify),
    Work(
        _l("Questions I may know the answer to"),
        "message-question",
        "questions.index",
        _to_answer,
        {"tab": questions.FOR_ME},
    ),
    Work(_l("Retired wordings in my texts"), "eraser", "retired.index", retired.mine_count),
)
