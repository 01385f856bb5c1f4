"""When something is in the way: the database, the disk, the session. Nothing written is lost, nothing half-done stays."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, event, func, select

from portal.features.documents.models import Document
from portal.kernel.db import open_engine
from portal.people.models import SignIn
from portal.platform.items import Audience, Item
from portal.platform.search import queue
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from portal.people.models import User
    from tests.builders.browser import Browser
    from tests.databases import Postgres

ENDING = "select pg_terminate_backend(pid) from pg_stat_activity where datname = "
TEXT = "写了一个上午的<内容>，不能丢。"


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def document(session: Session, author: User) -> Document:
    made = builders.document(session, author, builders.space(session), "白炭黑手册", body="原来的")
    session.commit()
    return made


@pytest.fixture
def browser(app: Flask, document: Document, author: User, client: Browser) -> Browser:
    del document
    _hurry(app)
    return client.sign_in(author.username)


def engine_of(app: Flask) -> Engine:
    with app.app_context():
        found: Engine = app.extensions["sqlalchemy"].engine
        return found


def _hurry(app: Flask) -> None:
    """Let the application wait for a lock for a moment only."""
    engine = engine_of(app)
    engine.dispose()
    statement = "pragma busy_timeout = 20" if engine.dialect.name == "sqlite" else "set lock_timeout = '50ms'"

    def hurry(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's connection
        cursor = connection.cursor()
        cursor.execute(statement)
        cursor.close()
        if engine.dialect.name != "sqlite":
            connection.commit()

    event.listen(engine, "connect", hurry)


def save(browser: Browser, document: Document, **more: Any) -> TestResponse:  # noqa: ANN401 - form fields
    return browser.post(f"/documents/{document.id}", data={**form(document), **more})


def form(document: Document) -> dict[str, Any]:
    return {"title": "改过的", "body": TEXT, "space": document.space_id, "version": document.version}


@contextmanager
def locked(app: Flask, session: Session) -> Iterator[None]:
    """Somebody else writes and does not end."""
    session.rollback()
    engine = engine_of(app)
    if engine.dialect.name == "sqlite":
        other = sqlite3.connect(str(engine.url.database), isolation_level=None)
        other.execute("begin exclusive")
        yield
        other.rollback()
        other.close()
        return
    with engine.connect() as connection:
        connection.execute(select(func.pg_advisory_xact_lock(queue.LOCK)))
        yield


def is_refusal(answer: TestResponse, status: int) -> bool:
    """A whole page with a sentence, for nobody else to keep."""
    guarded = "default-src 'none'" in answer.headers["Content-Security-Policy"]
    whole = "</html>" in answer.text and "Traceback" not in answer.text
    return answer.status_code == status and guarded and whole and 'class="code"' in answer.text


@pytest.mark.databases
def test_while_the_database_is_locked_reading_goes_on_and_writing_is_refused(
    browser: Browser, app: Flask, session: Session, document: Document
) -> None:
    address, sent = f"/documents/{document.id}", form(document)
    with locked(app, session):
        assert is_refusal(browser.post(address, data=sent), 503)
        for path in ("/", "/spaces/handbook", address, "/search?q=x"):
            assert browser.get(path).status_code == 200
    session.refresh(document)
    assert (document.version, document.body) == (1, "原来的")
    assert save(browser, document).status_code == 302


@contextmanager
def full_disk(app: Flask) -> Iterator[None]:
    """The file cannot grow, as on a full disk; other connections than those of the application are not concerned."""
    engine = engine_of(app)
    pages: list[Any] = []

    def limit(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy passes its own connection
        raw = connection.connection.dbapi_connection
        (number,) = raw.execute("pragma page_count").fetchone()
        raw.execute(f"pragma max_page_count = {number}")
        pages.append(raw)

    event.listen(engine, "begin", limit)
    yield
    event.remove(engine, "begin", limit)
    for raw in pages:
        raw.execute("pragma max_page_count = 1073741823")


def test_on_a_full_disk_reading_goes_on_and_writing_is_refused(
    browser: Browser, app: Flask, session: Session, document: Document
) -> None:
    long = "装不下的内容。" * 20_000
    with full_disk(app):
        assert is_refusal(save(browser, document, body=long), 503)
        assert browser.get(f"/documents/{document.id}").status_code == 200
    session.refresh(document)
    assert (document.version, document.body) == (1, "原来的")
    assert save(browser, document, body=long).status_code == 302


def test_a_database_that_ended_every_connection_is_asked_again(
    postgres: Postgres, request: pytest.FixtureRequest
) -> None:
    """As after a restart of the server: the pool notices before the next request suffers."""
    url: str = request.getfixturevalue("postgresql")
    name = url.rpartition("/")[2]
    engine = open_engine(url)
    for _ in range(2):
        with engine.connect() as connection:
            assert connection.scalar(select(1)) == 1
        postgres.execute(ENDING + f"'{name}'")
    engine.dispose()


@pytest.mark.databases
def test_who_was_signed_out_while_writing_gets_the_text_back(
    browser: Browser, session: Session, document: Document
) -> None:
    session.execute(delete(SignIn))
    answer = save(browser, document)
    assert answer.status_code == 401
    assert "写了一个上午的&lt;内容&gt;，不能丢。" in answer.text
    assert "改过的" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    session.refresh(document)
    assert document.version == 1


def test_a_forged_form_changes_nothing_and_an_honest_one_gets_its_text_back(
    browser: Browser, session: Session, document: Document
) -> None:
    answer = save(browser.forget_token(), document)
    assert answer.status_code in {400, 401}
    assert "写了一个上午的&lt;内容&gt;，不能丢。" in answer.text
    session.refresh(document)
    assert document.version == 1


def test_a_reply_is_given_back_too(browser: Browser, session: Session, document: Document) -> None:
    session.execute(delete(SignIn))
    answer = browser.post(f"/items/{document.id}/replies", data={"body": TEXT})
    assert (answer.status_code, "不能丢" in answer.text) == (401, True)


def test_passwords_are_not_given_back(browser: Browser, session: Session) -> None:
    session.execute(delete(SignIn))
    answer = browser.post("/settings/password", data={"password": "geheim-123", "body": "x"})
    assert "geheim-123" not in answer.text


def test_too_large_a_form_is_a_sentence(
    browser: Browser, app: Flask, session: Session, document: Document
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1 << 20
    answer = save(browser, document, body="长" * 500_000)
    assert is_refusal(answer, 413)
    assert "1 MB" in answer.text
    session.refresh(document)
    assert document.version == 1


def test_an_unknown_page_is_a_page(browser: Browser) -> None:
    for path in ("/no/such/page", "/documents/99999", "/spaces/nowhere", "/people/nobody", "/images/none"):
        assert is_refusal(browser.get(path), 404), path


def test_a_method_that_does_not_fit_is_a_page(browser: Browser, document: Document) -> None:
    answer = browser.delete(f"/documents/{document.id}")
    assert is_refusal(answer, 405)
    assert "POST" in answer.headers["Allow"]


def test_programs_get_problems_instead_of_pages(browser: Browser) -> None:
    answer = browser.get("/no/such/page", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


@pytest.mark.databases
@pytest.mark.parametrize("figure", ["9" * 30, "9" * 5000, str(2**31), str(2**63), "²"])
def test_a_number_that_no_column_holds_is_no_number(
    browser: Browser, document: Document, figure: str
) -> None:
    names = ("version", "space", "into", "parent_id", "upto", "item", "interval", "keeper", "seen", "back")
    sent = dict.fromkeys((*names, "attachments", "source_version", "target_version"), figure)
    paths = ("/documents", f"/documents/{document.id}", f"/documents/{document.id}/moves", "/inbox/readings",
             f"/documents/{document.id}/merges", f"/items/{document.id}/replies", "/verification/selection",
             f"/items/{document.id}/verification/plan", f"/items/{document.id}/verification")  # fmt: skip
    for path in paths:
        assert browser.post(path, data=sent | {"title": "题", "body": TEXT}).status_code < 500, path
    for path in (f"/documents/{document.id}/edit", f"/documents/{document.id}", "/reviews", "/documents/new"):
        assert browser.get(path, query_string=sent | {"retired": figure, "to": figure}).status_code < 500, (
            path
        )
    only = {
        "title": "题",
        "body": TEXT,
        "space": str(document.space_id),
        "version": figure,
        "seen": f"{figure}|all",
    }
    assert browser.post(f"/documents/{document.id}", data=only).status_code < 500


@pytest.mark.databases
def test_an_error_in_the_middle_leaves_nothing_behind(
    browser: Browser, session: Session, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last thing that saving does fails: no item, no audience, no queue entry, no revision."""

    def fail(*_arguments: object) -> None:
        raise RuntimeError("unexpected")

    monkeypatch.setattr("portal.content.writing.images.claim", fail)
    before = [_count(session, table) for table in (Item, Audience, queue.Change, Document)]
    sent = {"title": "新的", "body": TEXT, "space": document.space_id}
    assert is_refusal(browser.post("/documents", data=sent), 500)
    assert is_refusal(save(browser, document), 500)
    assert [_count(session, table) for table in (Item, Audience, queue.Change, Document)] == before


def _count(session: Session, table: Any) -> int:  # noqa: ANN401 - a mapped class
    return session.scalars(select(func.count()).select_from(table)).one()
