"""Who is calling: Flask-Login keeps the browser's secret, the loader given by the factory makes an actor of it.

Knows no table. The actor is asked for anew in every request and never kept between two.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import flask_login
from flask import g, request
from flask import session as cookie

from portal.kernel.db import reading
from portal.kernel.errors import PortalError
from portal.web.database import session

if TYPE_CHECKING:
    from flask import Flask

    from portal.kernel.actor import Actor

Loader = Callable[[str], "Actor | None"]


class SignedOutError(PortalError):
    """The page needs somebody who is signed in."""

    status = 401


class _Identity(flask_login.UserMixin):  # type: ignore[misc]  # the library ships no types
    """What Flask-Login carries: the secret of the sign-in and the actor made of it."""

    def __init__(self, secret: str, person: Actor | None = None) -> None:
        self.id = secret
        self.actor = person


def install(app: Flask, load: Loader) -> None:
    """Make an actor of the cookie's secret by `load`, in a read-only look of its own.

    The look is closed before the work begins, so that on SQLite the write lock is not held while a form is parsed and
    its text rendered.
    """
    manager = flask_login.LoginManager(app)
    manager.session_protection = None  # it would sign people out whenever a phone changes its network

    @manager.user_loader  # type: ignore[untyped-decorator]  # the library ships no types
    def identify(secret: str) -> _Identity | None:
        with reading():
            person = load(secret)
            session().rollback()
        return _Identity(secret, person) if person else None


def actor_or_none() -> Actor | None:
    """The person calling, or None."""
    if "api_actor" in g:
        return cast("Actor | None", g.api_actor)
    if not cookie.get("_user_id"):
        return None
    return getattr(flask_login.current_user, "actor", None)


def actor() -> Actor:
    """The person calling.

    Raises:
        SignedOutError: nobody is signed in.
    """
    person = actor_or_none()
    if person is None:
        raise SignedOutError
    return person


def secret() -> str:
    """The secret of the browser's sign-in; empty when there is none."""
    return str(cookie.get("_user_id", ""))


def remember(new_secret: str) -> None:
    """Begin the browser's session afresh with a new secret; nothing of the old one stays."""
    cookie.clear()
    flask_login.login_user(_Identity(new_secret))
    cookie.permanent = True


def forget() -> None:
    """End the browser's session."""
    flask_login.logout_user()
    cookie.clear()


def network() -> str:
    """Address of the other side, for counting failures."""
    return request.remote_addr or "unknown"
