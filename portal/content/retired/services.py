"""Verbs of retired phrases: retire, reword, withdraw, renew; excuse an item that carries one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.content.notices.services import Told, tell
from portal.content.retired import matching, policy
from portal.content.retired.checking import recheck
from portal.content.retired.events import FOUND
from portal.content.retired.models import PHRASE_LENGTH, REASON_LENGTH, Finding, RetiredPhrase
from portal.content.retired.queries import keepers
from portal.kernel.errors import InvalidError, NotFoundError
from portal.kernel.messages import _l
from portal.kernel.typed import line
from portal.platform import audit, jobs
from portal.platform.access import require, take_turn

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor
    from portal.platform.items import Item

SCAN = "retired.scan"
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class PhraseInput:
    """What is to be retired.

    Args:
        phrase: the wording or price, at most `PHRASE_LENGTH` characters.
        replacement: what to say instead, may be empty.
        reason: why, in a sentence.
    """

    phrase: str
    replacement: str
    reason: str


def retire(session: Session, actor: Actor, wanted: PhraseInput) -> RetiredPhrase:
    """Put a phrase out of use, and have everything written so far looked through for it.

    Raises:
        InvalidError: the phrase is too short, retired already, or part of its own replacement.
        ForbiddenError: the actor is neither a publisher nor an administrator.
    """
    require(policy.may_retire(actor))
    phrase, replacement = line(wanted.phrase)[:PHRASE_LENGTH], line(wanted.replacement)[:PHRASE_LENGTH]
    take_turn(session)  # before looking, so that of two who retire the same at once the second one is told
    _check(session, phrase, replacement)
    retired = RetiredPhrase(
        phrase=phrase,
        folded=matching.fold(phrase),
        replacement=replacement,
        reason=line(wanted.reason)[:REASON_LENGTH],
        author_id=actor.user_id,
        created_at=actor.now,
    )
    session.add(retired)
    session.flush()
    audit.note(session, actor, "phrase.retired", f"phrase:{retired.id}", phrase=phrase)
    _scan(session, actor, retired)
    return retired


def reword(session: Session, actor: Actor, retired: RetiredPhrase, wanted: PhraseInput) -> None:
    """Change what is to be said instead, and why; the phrase itself stays.

    Raises:
        InvalidError: the phrase is part of its own replacement.
        ForbiddenError: the actor may not.
    """
    require(policy.may_retire(actor))
    replacement = line(wanted.replacement)[:PHRASE_LENGTH]
    _check_replacement(retired.phrase, replacement)
    retired.replacement, retired.reason = replacement, line(wanted.reason)[:REASON_LENGTH]
    audit.note(session, actor, "phrase.reworded", f"phrase:{retired.id}", replacement=replacement)


def withdraw(session: Session, actor: Actor, retired: RetiredPhrase) -> None:
    """Let a phrase be used again.

    Raises:
        ForbiddenError: the actor may not.
    """
    require(policy.may_retire(actor))
    retired.withdrawn_at = retired.withdrawn_at or actor.now
    audit.note(session, actor, "phrase.withdrawn", f"phrase:{retired.id}")


def renew(session: Session, actor: Actor, retired: RetiredPhrase) -> None:
    """Undo `withdraw`; what was written meanwhile is looked through.

    Raises:
        InvalidError: the same phrase has been retired anew.
        ForbiddenError: the actor may not.
    """
    require(policy.may_retire(actor))
    take_turn(session)
    if retired.withdrawn_at is not None:
        _check(session, retired.phrase, retired.replacement)
        retired.withdrawn_at = None
        audit.note(session, actor, "phrase.retired", f"phrase:{retired.id}", phrase=retired.phrase)
        _scan(session, actor, retired)


def excuse(session: Session, actor: Actor, finding: Finding, item: Item, reason: str) -> None:
    """Let a phrase stay in an item, because it is quoted, history, or meant otherwise.

    Raises:
        InvalidError: no reason is given.
        ForbiddenError: the actor does not answer for the item.
    """
    require(policy.may_excuse(actor, item.author_id, item.space_id))
    reason = line(reason)[:REASON_LENGTH]
    if not reason:
        raise InvalidError(_l("Say why it may stay."), fields={"reason": [str(_l("Say why it may stay."))]})
    finding.excuse, finding.excused_by, finding.excused_at = reason, actor.user_id, actor.now
    audit.note(session, actor, "phrase.excused", f"item:{item.id}", phrase=finding.phrase_id)


def accuse(session: Session, actor: Actor, finding: Finding, item: Item) -> None:
    """Undo `excuse`.

    Raises:
        ForbiddenError: the actor does not answer for the item.
    """
    require(policy.may_excuse(actor, item.author_id, item.space_id))
    finding.excuse, finding.excused_by, finding.excused_at = "", None, None
    audit.note(session, actor, "phrase.accused", f"item:{item.id}", phrase=finding.phrase_id)


def check_saved(session: Session, actor: Actor, item: Item, data: Mapping[str, Any]) -> None:
    """Compare what has just been saved with the phrases in force; whoever answers for it is told of new ones."""
    for phrase in recheck(session, item, data, actor.now):
        key = f"retired:{phrase.id}:{item.id}:{item.version}"
        told = Told(FOUND, item, key, f"/retired/{phrase.id}", {"phrase": phrase.phrase})
        tell(session, actor, {item.author_id, *keepers(session, [item.id]).values()}, told)


def find(session: Session, phrase_id: int) -> RetiredPhrase:
    """A retired phrase.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalar(select(RetiredPhrase).where(RetiredPhrase.id == phrase_id))
    if found is None:
        raise NotFoundError
    return found


def _scan(session: Session, actor: Actor, retired: RetiredPhrase) -> None:
    retired.scanned_at = None
    retired.job_id = jobs.submit(session, actor, SCAN, phrase_id=retired.id).id


def _check(session: Session, phrase: str, replacement: str) -> None:
    if len(phrase.replace(" ", "")) < SHORTEST:
        raise InvalidError(fields={"phrase": [str(_l("Give at least two characters."))]})
    same = select(RetiredPhrase.id).where(
        RetiredPhrase.folded == matching.fold(phrase), RetiredPhrase.withdrawn_at.is_(None)
    )
    if session.scalar(same):
        raise InvalidError(fields={"phrase": [str(_l("This phrase has been retired already."))]})
    _check_replacement(phrase, replacement)


def _check_replacement(phrase: str, replacement: str) -> None:
    if matching.count(phrase, matching.fold(replacement)):
        sentence = _l("What to say instead must not contain the retired phrase.")
        raise InvalidError(fields={"replacement": [str(sentence)]})
