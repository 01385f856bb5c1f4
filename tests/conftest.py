"""Fixtures: a portal on a fresh database, a browser, a worker.

A test that asks for `portal`, `session` or `client` runs on SQLite. Marked `databases`, or asking for `any_portal`, it
runs on PostgreSQL, too. Time stands still at `builders.NOW` until a test advances it.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from flask_sqlalchemy_lite import SQLAlchemy
from jinja2 import FileSystemBytecodeCache

from portal.config import Settings
from portal.factory import Portal, create_app
from portal.kernel import clock
from portal.web.routing import limiter
from tests.builders import NOW
from tests.builders.browser import SESSIONS, Browser
from tests.databases import Postgres, sqlite_template

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from sqlalchemy.orm import Session

BOTH = ("sqlite", "postgresql")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "databases: runs on SQLite and on PostgreSQL")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on both databases when it says so."""
    if "database" not in metafunc.fixturenames:
        return
    asked = "any_portal" in metafunc.fixturenames or metafunc.definition.get_closest_marker("databases")
    if asked:
        metafunc.parametrize("database", BOTH, indirect=True)


class Moment:
    """The time, which stands still."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def advance(self, passed: dt.timedelta) -> None:
        self.now += passed


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Moment:
    """The clock of the product, standing still at `NOW`."""
    standing = Moment(NOW)
    monkeypatch.setattr(clock, "now", lambda: standing.now)
    return standing


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database."""
    return sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server of this worker, with its template."""
    server = Postgres()
    try:
        server.prepare()
        yield server
    finally:
        server.close()


@pytest.fixture
def sqlite(template: Path, tmp_path: Path) -> str:
    """Address of an SQLite database with all tables and nothing in them."""
    path = tmp_path / "portal.db"
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql(postgres: Postgres) -> Iterator[str]:
    """Address of a PostgreSQL database with all tables and nothing in them."""
    with postgres.clone() as url:
        yield url


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Address of the database of this test."""
    url: str = request.getfixturevalue(getattr(request, "param", "sqlite"))
    return url


@pytest.fixture
def settings(tmp_path: Path, database: str) -> Settings:
    """The settings of an installation with nothing in it."""
    return Settings(data=tmp_path / "data", database_url=database, secret_key="0" * 64)


@pytest.fixture
def portal(settings: Settings, moment: Moment) -> Iterator[Portal]:
    """An installation with nothing in it, without the web."""
    del moment
    installed = Portal(settings)
    yield installed
    _release(installed)


@pytest.fixture
def any_portal(portal: Portal) -> Portal:
    """`portal`, once on each database."""
    return portal


@pytest.fixture
def sessions() -> list[Session]:
    """The sessions that this test has opened; a `Browser` commits them before it asks for anything."""
    return []


@pytest.fixture
def session(portal: Portal, sessions: list[Session]) -> Iterator[Session]:
    """A session on the portal's database. Until a request or `commit`, nobody else sees what builders have made.

    Rows stay readable after `commit`, so that a test that only looks at its own does not begin a transaction again.
    """
    with portal.sessions(expire_on_commit=False) as opened:
        sessions.append(opened)
        yield opened


@pytest.fixture
def worker(portal: Portal) -> Callable[[], int]:
    """Brings the index up to date, as the worker does."""
    return portal.follower.catch_up


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once for all tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(portal: Portal, bytecode: FileSystemBytecodeCache, sessions: list[Session]) -> Iterator[Flask]:
    """The application on the portal's database; it has the portal's own engine, so that both see one index."""
    made = create_app(portal.settings)
    made.testing = True
    made.test_client_class = Browser
    made.jinja_env.bytecode_cache = bytecode
    made.extensions["portal"] = portal
    made.extensions[SESSIONS] = sessions
    yield made
    limiter.reset()
    with made.app_context():
        _engine(made).dispose()


@pytest.fixture
def client(app: Flask) -> Browser:
    """A browser in which nobody is signed in."""
    browser = app.test_client()
    assert isinstance(browser, Browser)
    return browser


def _engine(app: Flask) -> Any:  # noqa: ANN401 - an engine of SQLAlchemy
    extension = app.extensions["sqlalchemy"]
    assert isinstance(extension, SQLAlchemy)
    return extension.engine


def _release(installed: Portal) -> None:
    """Close what was opened; what never was stays so."""
    opened = vars(installed)
    if "sessions" in opened:
        installed.sessions.kw["bind"].dispose()
    if "engine" in opened:
        installed.engine.close()
