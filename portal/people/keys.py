"""A person's own keys for the API: list, make, revoke. Their secrets are the business of `credentials`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portal.kernel.errors import InvalidError, NotFoundError
from portal.kernel.messages import _l
from portal.people import credentials
from portal.people.models import Token, User
from portal.platform import audit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

MOST = 50
LONGEST_DAYS = 366


def own(session: Session, actor: Actor) -> Sequence[Token]:
    """The actor's keys that were not ended by a new password, the newest first."""
    return session.scalars(_own(actor).order_by(Token.id.desc())).all()


def issue(session: Session, actor: Actor, name: str, days: int) -> str:
    """Make a key.

    Args:
        session: open session.
        actor: whose key it will be.
        name: what it is for.
        days: how long it lasts, 1 to `LONGEST_DAYS`.

    Returns:
        Its secret, shown once.

    Raises:
        InvalidError: a value does not fit, or there are too many already.
    """
    if not name or not 1 <= days <= LONGEST_DAYS:
        raise InvalidError(_l("Give the token a name and at most %(n)s days.", n=LONGEST_DAYS))
    if (session.scalar(select(func.count()).select_from(_own(actor).subquery())) or 0) >= MOST:
        raise InvalidError(_l("You have %(n)s tokens already. Revoke one that is no longer used.", n=MOST))
    user = session.scalars(select(User).where(User.id == actor.user_id)).one()
    audit.note(session, actor, "token.issued", f"user:{actor.user_id}", name=name, days=days)
    return credentials.issue_token(session, user, name, actor.now, days)


def revoke(session: Session, actor: Actor, token_id: int) -> None:
    """End one of the actor's own keys at once.

    Raises:
        NotFoundError: the actor has no such key.
    """
    token = session.scalar(_own(actor).where(Token.id == token_id))
    if token is None:
        raise NotFoundError
    audit.note(session, actor, "token.revoked", f"user:{actor.user_id}", name=token.name)
    session.delete(token)


def _own(actor: Actor) -> Select[Token]:
    current = (Token.user_id == User.id) & (Token.epoch == User.epoch)
    return select(Token).join(User, current).where(User.id == actor.user_id)
