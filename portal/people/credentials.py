"""Proving who one is: passwords, sign-ins, API tokens, and the one throttle over all of them.

Every way in counts failures in the same table, answers a wrong name and a wrong password alike, and takes as long for
the one as for the other. Knows no cookie and no header.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select, text, update
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from portal.kernel.errors import InvalidError, PortalError
from portal.kernel.messages import _l
from portal.people.models import Attempt, SignIn, Token, User
from portal.platform import audit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

WINDOW = dt.timedelta(minutes=15)
PER_ACCOUNT = 10
PER_NETWORK = 100
MIN_LENGTH = 8
MAX_LENGTH = 200

_hasher = PasswordHasher()  # Argon2id with the library's defaults, which follow RFC 9106
# Names and everyday words too: many of the 10,000 commonest passwords are such words and stand in no other list.
_common = frozenset(word for words in FREQUENCY_LISTS.values() for word in words)
_dummy: list[str] = []


class ThrottledError(PortalError):
    """Too many failures for this name or from this network; `minutes` says how long to wait."""

    status = 429

    def __init__(self) -> None:
        minutes = int(WINDOW.total_seconds() // 60)
        super().__init__(_l("Too many failed attempts. Please wait %(n)s minutes and try again.", n=minutes))


def hash_password(password: str) -> str:
    """Argon2id hash of a password, with its own salt."""
    return _hasher.hash(password)


def check_new_password(password: str, username: str) -> None:
    """See whether a password may be set.

    Raises:
        InvalidError: too short, too long, too common, or the name itself.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise _refused(
            _l("A password has %(least)s to %(most)s characters.", least=MIN_LENGTH, most=MAX_LENGTH)
        )
    if password.lower() in _common or password.lower().rstrip("0123456789!") in {username.lower(), ""}:
        raise _refused(_l("This password is among the first that others would try. Choose another."))


def check(session: Session, username: str, password: str, network: str, now: dt.datetime) -> User | None:
    """The active user of this name and password, or None.

    The attempt is counted and committed before the password is looked at, and taken back when it was right: so guesses
    sent at once are counted one after the other, a failure counts although its answer is an error, and no transaction
    is open during the quarter of a second that hashing takes (SQLite has one writer).

    Args:
        session: open session with nothing in it that must not be committed.
        username: as typed.
        password: as typed.
        network: address of the other side.
        now: the moment.

    Raises:
        ThrottledError: too many failures; the password was not looked at.
    """
    account, name = _account(username), username.strip().lower()
    throttle(session, account, network, now)
    fail(session, account, network, now)
    usable = select(User.password_hash).where(User.username == name, User.is_active, User.password_hash != "")
    stored = session.scalar(usable)
    session.commit()
    if not _matches(stored or _dummy_hash(), password) or stored is None:
        return None
    session.execute(delete(Attempt).where(Attempt.account == account))
    user = session.scalars(select(User).where(User.username == name)).one()
    _rehash(user, password)
    return user


def throttle(session: Session, account: str, network: str, now: dt.datetime) -> None:
    """Refuse when too much has gone wrong lately.

    Raises:
        ThrottledError: `PER_ACCOUNT` failures for the name or `PER_NETWORK` from the address within `WINDOW`.
    """
    if session.get_bind().dialect.name == "postgresql":
        # Guesses sent at once must be counted one after the other; SQLite lets only one writer in anyway.
        session.execute(text("select pg_advisory_xact_lock(hashtext(:account))"), {"account": account})
    recent = Attempt.at > now - WINDOW
    by_account = session.scalar(select(func.count()).where(Attempt.account == account, recent)) or 0
    by_network = session.scalar(select(func.count()).where(Attempt.network == network, recent)) or 0
    if by_account >= PER_ACCOUNT or by_network >= PER_NETWORK:
        raise ThrottledError


def fail(session: Session, account: str, network: str, now: dt.datetime) -> None:
    """Count a failure, and forget those that no longer matter."""
    session.execute(delete(Attempt).where(Attempt.at < now - 4 * WINDOW))
    session.add(Attempt(account=account, network=network, at=now))


def open_sign_in(session: Session, user: User, agent: str, now: dt.datetime, days: int) -> str:
    """Begin a session of a browser.

    Args:
        session: open session.
        user: who has just proved who they are.
        agent: what the browser calls itself.
        now: the moment.
        days: how long it lasts.

    Returns:
        Its secret, for the cookie; only a hash is kept.
    """
    secret = secrets.token_urlsafe(32)
    until = now + dt.timedelta(days=days)
    session.execute(delete(SignIn).where(SignIn.expires_at < now))
    audit.note_by(session, user.id, now, "person.signed_in", f"user:{user.id}", agent=agent[:200])
    session.add(
        SignIn(
            digest=digest(secret),
            user_id=user.id,
            epoch=user.epoch,
            created_at=now,
            expires_at=until,
            agent=agent[:200],
        )
    )
    return secret


def close_sign_in(session: Session, secret: str) -> None:
    """End a session of a browser."""
    session.execute(delete(SignIn).where(SignIn.digest == digest(secret)))


def end_all(session: Session, user: User) -> None:
    """End every sign-in and token of a user at once."""
    user.epoch += 1
    session.execute(delete(SignIn).where(SignIn.user_id == user.id))


def issue_token(session: Session, user: User, name: str, now: dt.datetime, days: int) -> str:
    """A personal key for the API.

    Returns:
        Its secret, shown once; only a hash is kept.
    """
    secret = "zy_" + secrets.token_urlsafe(32)
    until = now + dt.timedelta(days=days)
    session.add(
        Token(
            digest=digest(secret),
            user_id=user.id,
            epoch=user.epoch,
            name=name,
            created_at=now,
            expires_at=until,
        )
    )
    return secret


def note_token_use(session: Session, secret: str, now: dt.datetime) -> None:
    """Remember when a key was last used, to the hour, so that reading through the API seldom writes."""
    stale = Token.used_at.is_(None) | (Token.used_at < now - dt.timedelta(hours=1))
    session.execute(update(Token).where(Token.digest == digest(secret), stale).values(used_at=now))


def digest(secret: str) -> str:
    """What is kept of a 256-bit secret; a plain hash is enough because it cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _account(username: str) -> str:
    return digest(username.strip().lower())


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password[: MAX_LENGTH * 4])
    except (VerificationError, InvalidHashError):
        return False


def _dummy_hash() -> str:
    """A hash to compare with when there is no such name, so that the answer takes as long."""
    if not _dummy:
        _dummy.append(hash_password(secrets.token_urlsafe(16)))
    return _dummy[0]


def _rehash(user: User, password: str) -> None:
    if _hasher.check_needs_rehash(user.password_hash):
        user.password_hash = hash_password(password)


def _refused(message: object) -> InvalidError:
    return InvalidError(message, {"password": [str(message)]})
