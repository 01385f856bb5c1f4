"""Retired phrases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.content.retired import scanning, services
from portal.content.retired.services import PhraseInput
from tests.builders.people import actor_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.retired.models import RetiredPhrase
    from portal.factory import Portal
    from portal.people.models import User


def retired(
    session: Session, author: User, phrase: str = "含税价 12,800 元", replacement: str = "含税价 13,200 元"
) -> RetiredPhrase:
    """A phrase retired by a publisher; older texts have not been looked through yet."""
    wanted = PhraseInput(phrase, replacement, "十一月起调价。")
    return services.retire(session, actor_of(session, author), wanted)


def look_through(portal: Portal, session: Session, phrase: RetiredPhrase) -> list[dict[str, int]]:
    """Look through everything written so far, as the worker does; what it tells of its progress."""
    told: list[dict[str, int]] = []
    phrase_id = phrase.id
    session.commit()
    scanning.scan(portal.sessions, portal.settings, phrase_id, told.append)
    session.expire_all()
    return told
