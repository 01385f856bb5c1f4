"""Comparing an item with the retired phrases, inside the transaction that saves it or under the same lock.

Every save compares the item with the phrases in force; retiring a phrase has all older items looked through afterwards.
Whoever writes items holds the lock of the change log until the commit, and so does a phrase that comes into force:
no text can slip between the two.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal.content.retired import matching
from portal.content.retired.models import EXCERPT_LENGTH, Finding, RetiredPhrase
from portal.kernel.markup import plain_text
from portal.platform.kinds import KINDS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from portal.platform.items import Item

IN_FORCE = select(RetiredPhrase).where(RetiredPhrase.withdrawn_at.is_(None)).order_by(RetiredPhrase.id)


def texts(item: Item, data: Mapping[str, Any]) -> dict[str, str]:
    """What an item says, by the place where it says it.

    Args:
        item: with its title and body.
        data: what its kind keeps with the revision, such as the fields of a template.
    """
    text = item.body if KINDS[item.kind].search.is_plain else plain_text(item.body)
    return {"title": item.title, "text": text, "fields": _words(data)}


def recheck(session: Session, item: Item, data: Mapping[str, Any], now: dt.datetime) -> list[RetiredPhrase]:
    """Bring the findings of an item in line with what it says; the phrases that it did not carry before."""
    phrases = session.scalars(IN_FORCE).all()
    if not phrases:
        return []
    says = texts(item, data)
    folded = {place: matching.fold(text) for place, text in says.items() if text}
    stored = _stored(session, item)
    return [phrase for phrase in phrases if _compare(session, phrase, item, (says, folded), stored, now)]


def _compare(
    session: Session,
    phrase: RetiredPhrase,
    item: Item,
    words: tuple[Mapping[str, str], Mapping[str, str]],
    stored: Mapping[int, Finding],
    now: dt.datetime,
) -> bool:
    """Note whether an item carries a phrase; true when it did not before."""
    says, folded = words
    counts = {
        place: number for place, text in folded.items() if (number := matching.count(phrase.phrase, text))
    }
    finding = stored.get(phrase.id)
    if not counts:
        if finding and finding.gone_at is None:
            finding.gone_at = now
        return False
    is_new = finding is None or finding.gone_at is not None
    if finding is None:
        finding = Finding(phrase_id=phrase.id, item_id=item.id)
        session.add(finding)
    if is_new:
        finding.found_at, finding.gone_at = now, None
        finding.excuse, finding.excused_by, finding.excused_at = "", None, None
    finding.places, finding.count = list(counts), sum(counts.values())
    finding.excerpt = matching.excerpt(phrase.phrase, says[next(iter(counts))])[:EXCERPT_LENGTH]
    return is_new


def carries(phrase: str, item: Item, data: Mapping[str, Any]) -> bool:
    """Whether an item says a phrase anywhere."""
    found = matching.pattern(phrase)
    return any(found.search(matching.fold(text)) for text in texts(item, data).values())


def _stored(session: Session, item: Item) -> dict[int, Finding]:
    rows = session.scalars(select(Finding).where(Finding.item_id == item.id))
    return {finding.phrase_id: finding for finding in rows}


def _words(data: Mapping[str, Any]) -> str:
    """The strings among JSON values, one a line."""
    found: list[str] = []
    waiting: list[Any] = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list | tuple):
            waiting.extend(reversed(value))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found.append(json.dumps(value))
    return "\n".join(found)


def active(session: Session) -> Sequence[RetiredPhrase]:
    """The phrases in force."""
    return session.scalars(IN_FORCE).all()
