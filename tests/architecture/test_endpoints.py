"""Rules about every address, taken from the URL map: whatever is added tomorrow is tested tomorrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from itsdangerous import URLSafeSerializer

from portal.kernel.actor import MEMBER, PUBLISHER
from portal.kernel.db import Base
from portal.web.headers import FIXED
from portal.web.routing import Needs
from tests import builders
from tests.builders.must_reads import must_read
from tests.builders.people import administrator
from tests.builders.reviews import suggestion
from tests.builders.templates import made_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy.orm import Session
    from werkzeug.routing import Rule

    from portal.web.routing import Declaration
    from tests.builders.browser import Browser

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
VALUES: dict[str, Any] = {
    "item_id": 1,
    "key": "handbook",
    "username": "liming",
    "name": "none.js",
    "token_id": 1,
    "job_id": 1,
    "must_read_id": 1,
    "batch_id": 1,
    "number": 1,
    "page": 1,
    "notice_id": 1,
    "request_id": 1,
    "follow_id": 1,
    # Of the second person, who may end their mails about replies; signed with the key of the settings in conftest.py.
    "token": URLSafeSerializer("0" * 64, salt="stop by mail").dumps(["groups", 2, "replies"]),
}


# Mail programs send these themselves; the proof is the signature in the address (RFC 8058).
SIGNED = {"/mail/stops/<token>"}


@pytest.fixture
def populated(session: Session) -> None:
    """One of everything, with the number or name that `VALUES` gives."""
    author = builders.person(session, "liming")
    administrator(session)
    document = builders.document(session, author, builders.space(session))
    made_by(session, document)
    suggestion(session, builders.person(session, "wangfang", "王芳"), document)
    document.is_question = True
    must_read(
        session, builders.person(session, "faburen", "发布人", roles=frozenset({MEMBER, PUBLISHER})), document
    )
    session.commit()


def rules(app: Flask) -> Iterator[tuple[Rule, Declaration, str]]:
    """Every address with its declaration and each of its methods."""
    for rule in app.url_map.iter_rules():
        view: Any = app.view_functions[rule.endpoint]
        declaration: Declaration = view.declaration
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, declaration, method


def address(app: Flask, rule: Rule) -> str:
    with app.test_request_context():
        values = {name: VALUES.get(name, 1) for name in rule.arguments}
        return str(app.url_for(rule.endpoint, **values)) if rule.methods else ""


@pytest.mark.usefixtures("populated")
def test_nobody_enters_without_signing_in(app: Flask, client: Browser) -> None:
    entered = []
    for rule, declaration, method in rules(app):
        if declaration.needs is Needs.ANYONE:
            continue
        status = client.open(address(app, rule), method=method).status_code
        if status not in {302, 400, 401}:
            entered.append((method, rule.rule, status))
    assert entered == []


def test_only_these_pages_need_no_sign_in(app: Flask) -> None:
    public = {rule.rule for rule, declaration, _ in rules(app) if declaration.needs is Needs.ANYONE}
    assert public == {
        "/static/dist/<path:name>",
        "/sign-in",
        "/healthz",
        "/settings/language",
        "/api/v1/openapi.json",
        "/mail/stops/<token>",
    }


@pytest.mark.usefixtures("populated")
def test_a_form_from_elsewhere_is_refused(app: Flask, client: Browser) -> None:
    client.sign_in("guanli").forget_token()
    taken = []
    for rule, declaration, method in rules(app):
        if method in UNSAFE and declaration.needs is not Needs.TOKEN and rule.rule not in SIGNED:
            status = client.open(address(app, rule), method=method, data={"body": "x"}).status_code
            if status not in {400, 401}:
                taken.append((method, rule.rule, status))
    assert taken == []


@pytest.mark.usefixtures("populated")
def test_administration_is_for_administrators(app: Flask, client: Browser) -> None:
    client.sign_in("liming")
    entered = []
    for rule, declaration, method in rules(app):
        if declaration.needs is Needs.ADMINISTRATOR:
            status = client.open(address(app, rule), method=method).status_code
            if status != 403:
                entered.append((method, rule.rule, status))
    assert entered == []


@pytest.mark.usefixtures("populated")
def test_readers_write_nothing(app: Flask, client: Browser, session: Session) -> None:
    builders.person(session, "jiangtao", "江涛", roles=frozenset({"reader"}))
    session.commit()
    client.sign_in("jiangtao")
    written = []
    for rule, declaration, method in rules(app):
        if declaration.needs is Needs.MEMBER:
            status = client.open(address(app, rule), method=method).status_code
            if status != 403:
                written.append((method, rule.rule, status))
    assert written == []


@pytest.mark.usefixtures("populated")
def test_every_page_opens_and_every_answer_is_guarded(app: Flask, client: Browser) -> None:
    client.sign_in("guanli")
    for rule, declaration, method in rules(app):
        if method == "GET" and declaration.needs is not Needs.TOKEN:
            answer = client.get(address(app, rule))
            assert answer.status_code < 500, rule.rule
            assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
            assert all(answer.headers[name] == value for name, value in FIXED.items())
            assert answer.headers["Cache-Control"], rule.rule


def test_errors_are_guarded_too(client: Browser) -> None:
    answer = client.get("/no/such/page")
    assert answer.status_code in {302, 404}
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("populated")
def test_reading_changes_nothing(app: Flask, client: Browser, session: Session) -> None:
    """Every GET leaves every table as it was."""
    before = _contents(session)
    client.sign_in("guanli")
    signed_in = _contents(session)
    for rule, declaration, method in rules(app):
        if method == "GET" and declaration.needs is not Needs.TOKEN:
            client.get(address(app, rule))
    assert _contents(session) == signed_in
    assert {name for name in before if before[name] != signed_in[name]} == {"audit", "sign_ins"}


def _contents(session: Session) -> dict[str, list[str]]:
    found = {table.name: session.execute(table.select()).all() for table in Base.metadata.sorted_tables}
    session.rollback()
    return {name: sorted(map(repr, rows)) for name, rows in found.items()}
