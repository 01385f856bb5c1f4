"""A browser as tests use it: signs in without a password, and sends the token that forms carry."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from portal.kernel import clock
from portal.people import credentials
from portal.people.models import User

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from portal.factory import Portal

DAYS = 14
SESSIONS = "sessions of the test"


class Browser(FlaskClient):
    """A test client with what every test of a page needs.

    Before each request the test's own session is committed, so that the page sees what builders made and SQLite's one
    write lock is free; afterwards the session reads anew, so that the test sees what the page did.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:  # noqa: ANN401 - as the client of Flask
        own = self._sessions()
        for session in own:
            session.commit()
        try:
            return super().open(*args, **kwargs)
        finally:
            for session in own:
                session.expire_all()

    def _sessions(self) -> list[Session]:
        sessions: list[Session] = self.application.extensions.get(SESSIONS, [])
        return sessions

    def sign_in(self, username: str) -> Browser:
        """Sign somebody in: a real row in the database and a real cookie, but no password to hash.

        From now on every request carries the token against forged requests; `forget_token` takes it away.
        """
        portal: Portal = self.application.extensions["portal"]
        for own in self._sessions():
            own.commit()
        with portal.sessions.begin() as session:
            user = session.scalars(select(User).where(User.username == username)).one()
            secret = credentials.open_sign_in(session, user, "pytest", clock.now(), DAYS)
        seed = hashlib.sha256(secret.encode()).hexdigest()
        with self.session_transaction() as cookie:
            cookie.update(_user_id=secret, _fresh=True, csrf_token=seed)
        signer = URLSafeTimedSerializer(str(self.application.secret_key), salt="wtf-csrf-token")
        self.environ_base["HTTP_X_CSRFTOKEN"] = str(signer.dumps(seed))
        return self

    def forget_token(self) -> Browser:
        """Send no token against forged requests any more, as a foreign page would."""
        self.environ_base.pop("HTTP_X_CSRFTOKEN", None)
        return self

    def use_token(self, secret: str) -> Browser:
        """Send a personal token of the API with every request."""
        self.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        return self
