"""Personal keys: only the Authorization header counts, never a cookie and never the address.

A key has 256 random bits and cannot be guessed, so a good one is served whatever has gone wrong in its network; a bad
one is counted in the throttle of all ways in. The same bad key is counted ten times and then only refused, so that one
forgotten script does not lock its whole office out.
"""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from apiflask import HTTPTokenAuth
from flask import g
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from portal.content import actors
from portal.kernel import clock
from portal.kernel.db import write_intent
from portal.people import credentials
from portal.people.models import Token
from portal.web.context import settings
from portal.web.database import session
from portal.web.errors import problem
from portal.web.identity import network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Response
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

HOUR = dt.timedelta(hours=1)

log = logging.getLogger(__name__)
auth = HTTPTokenAuth(
    scheme="Bearer",
    realm="Zhiying",
    name="bearer",
    description="个人访问令牌，在“设置 → 访问令牌”中生成 · a personal token, made in Settings → Access tokens",
)


def begin() -> None:
    """Nobody is calling until a key has been seen: a browser's cookie means nothing here."""
    g.api_actor = None


@auth.verify_token  # type: ignore[untyped-decorator]  # the library ships no types
def identify(secret: str) -> Actor | None:
    """The actor of a key.

    Raises:
        ThrottledError: too many bad keys.
    """
    if not secret:
        return None
    now = clock.now()
    g.api_actor = actors.of_token(session(), secret, now, settings().zone)
    if g.api_actor is None:
        _count_failure(secret, now)
    else:
        _note_use(secret, now)
    found: Actor | None = g.api_actor
    return found


@auth.error_processor
def refuse(_error: object) -> Response:
    """Why there is no answer, without saying what is wrong with the key."""
    return problem(401, "A valid token is needed in the Authorization header")


def _count_failure(secret: str, now: dt.datetime) -> None:
    account = credentials.digest(secret)
    credentials.throttle(session(), account, network(), now)
    with _writing() as current:
        credentials.fail(current, account, network(), now)


def _note_use(secret: str, now: dt.datetime) -> None:
    used_at = session().scalar(select(Token.used_at).where(Token.digest == credentials.digest(secret)))
    if used_at is None or used_at < now - HOUR:
        with _writing() as current:
            credentials.note_token_use(current, secret, now)


@contextmanager
def _writing() -> Iterator[Session]:
    """A short transaction of its own: on SQLite the request's reading one cannot become a writing one.

    What is written here is worth less than the answer: where the database takes nothing, reading goes on.
    """
    current = session()
    current.rollback()
    token = write_intent.set(True)
    try:
        yield current
        current.commit()
    except OperationalError:
        log.warning("the use of a token could not be noted", exc_info=True)
    finally:
        current.rollback()
        write_intent.reset(token)
