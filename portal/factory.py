"""Wiring: the only place where settings, database, search, web and the catalogue meet."""

from __future__ import annotations

import functools
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jinja2
from apiflask import APIFlask
from flask_compress import Compress
from flask_wtf import CSRFProtect
from sqlalchemy.orm import sessionmaker
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import catalogue, config
from portal.config import Settings
from portal.content import actors, api, indexing
from portal.content.notices import events, stopping
from portal.content.revisions import showing
from portal.content.waiting import register as waiting
from portal.features.search.queries import resolve
from portal.kernel import clock
from portal.kernel.db import open_engine
from portal.platform import access, kinds
from portal.platform.search.engines.opening import open_engine as open_search
from portal.platform.search.follower import Follower
from portal.web import (
    assets,
    context,
    database,
    errors,
    fragments,
    headers,
    i18n,
    identity,
    requests,
    routing,
)

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor
    from portal.platform.search.engine import Engine

csrf = CSRFProtect()
compress = Compress()


@dataclass(frozen=True)
class Portal:
    """One installation at work, without the web: for commands, workers and tests."""

    settings: Settings

    def __post_init__(self) -> None:
        kinds.register(catalogue.KINDS)
        events.register(catalogue.EVENTS)
        waiting.register(catalogue.WORK)
        access.install(showing.remember)
        self.settings.data.mkdir(parents=True, exist_ok=True)

    @functools.cached_property
    def sessions(self) -> sessionmaker[Session]:
        """Opens sessions on the database; they carry the key of the audit chain."""
        engine = open_engine(self.settings.url)
        return sessionmaker(engine, info={"audit_key": self.settings.key("audit")})

    @functools.cached_property
    def engine(self) -> Engine:
        """The search engine; opened once per process."""
        return open_search(self.settings.search_engine, self.settings.index_path, self.settings.zone)

    @functools.cached_property
    def follower(self) -> Follower:
        """Keeps the index in step with the database."""
        return Follower(self.sessions, self.engine, indexing.load, indexing.everything)

    def actor(self, session: Session, username: str) -> Actor | None:
        """The actor of an active user by the name they sign in with, as of now."""
        return actors.by_username(session, username, clock.now(), self.settings.zone)


def create_app(settings: Settings | None = None) -> Flask:
    """The web application.

    Args:
        settings: of the installation; read from the environment when not given.

    Raises:
        TypeError: a route or a kind is declared incompletely.
        ValueError: a setting does not fit.
    """
    settings = settings or config.read()
    portal = Portal(settings)
    app = APIFlask(
        "portal",
        title="知营 Zhiying",
        version="1.0",
        json_errors=False,
        docs_path=None,
        spec_path=None,
        static_folder=None,  # type: ignore[arg-type]  # Flask's own way to say: no static files
    )
    app.extensions["portal"] = portal
    _configure(app, settings)
    database.install(app, settings)
    identity.install(app, lambda secret: _of_sign_in(portal, secret))
    _install_web(app, settings)
    for blueprint in catalogue.BLUEPRINTS:
        app.register_blueprint(blueprint)
    api.install(app, csrf, resolve)
    csrf.exempt(stopping.stop)  # mail programs send it without a page; the signed address is the proof
    routing.check(app)
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.trusted_proxies, settings.trusted_proxies)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, settings: Settings) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app.config.update(
        SECRET_KEY=settings.key("session"),
        SESSION_COOKIE_NAME="zhiying",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=settings.session_days * 86_400,
        MAX_CONTENT_LENGTH=settings.max_upload,
        MAX_FORM_MEMORY_SIZE=16 * config.MEBIBYTE,
        WTF_CSRF_TIME_LIMIT=None,  # a form that took a day to fill in is still good; it ends with the sign-in
        WTF_CSRF_SSL_STRICT=False,  # the cookie is SameSite and the token is checked; proxies often drop the referrer
        RATES={"write": settings.write_rate, "upload": settings.upload_rate},
        RATELIMIT_HEADERS_ENABLED=False,
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_LEVEL=4,
        COMPRESS_MIN_SIZE=1000,
        COMPRESS_STREAMS=False,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.jinja_loader = jinja2.FileSystemLoader(config.ROOT / "templates")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _install_web(app: Flask, settings: Settings) -> None:
    csrf.init_app(app)
    compress.init_app(app)
    requests.install(app)
    routing.install(app)
    i18n.install(app, settings)
    headers.install(app)
    errors.install(app)
    assets.install(app)
    context.install(app)
    fragments.install(app)


def _of_sign_in(portal: Portal, secret: str) -> Actor | None:
    return actors.of_sign_in(database.session(), secret, clock.now(), portal.settings.zone)
