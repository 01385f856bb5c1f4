"""The session of a request. Opened when first asked for, committed by `routing` when the answer is good."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from flask import current_app, request
from flask_sqlalchemy_lite import SQLAlchemy

from portal.kernel.db import prepare, write_intent

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from portal.config import Settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

db = SQLAlchemy()


def session() -> Session:
    """The session of this request."""
    opened: Session = db.session
    opened.info.setdefault("audit_key", current_app.config["AUDIT_KEY"])
    return opened


def install(app: Flask, settings: Settings) -> None:
    """Connect the application with its database and tell each request's intent before it begins."""
    options = {} if settings.url.startswith("sqlite") else {"pool_pre_ping": True}
    app.config["SQLALCHEMY_ENGINES"] = {"default": {"url": settings.url, **options}}
    app.config["AUDIT_KEY"] = settings.key("audit")
    db.init_app(app)
    # The library closes asynchronous sessions, of which there are none, through an event loop: 0.5 ms of every request.
    app.teardown_appcontext_funcs = [
        close for close in app.teardown_appcontext_funcs if not inspect.iscoroutinefunction(close)
    ]
    with app.app_context():
        prepare(db.engine)

    @app.before_request
    def say_intent() -> None:
        write_intent.set(request.method not in SAFE_METHODS)

    @app.teardown_request
    def forget_intent(_error: BaseException | None) -> None:
        write_intent.set(True)
