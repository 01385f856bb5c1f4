"""Templates within their limits: what people type stays text, and pages keep their budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.features.documents.models import Document
from tests import builders
from tests.builders import templates as build
from tests.content.templates.saving import save

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.content.templates.models import Template
    from portal.people.models import User
    from tests.builders.browser import Browser

HOSTILE = [
    "<script>alert(1)</script>",
    "\x00",
    "{{7*7}}",
    "' or 1=1 --",
    "\u202e反",
    "9" * 400,
    "%s%n",
    "\ud800",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_are_refused_or_shown_as_text(
    browser: Browser, visits: Template, space: Space, session: Session, text: str
) -> None:
    text = text.encode("utf-8", "replace").decode()
    fields = {f"field-{name}": text for name in ("customer", "remark", "rival")}
    answer = save(browser, space, visits, title="题", **fields)
    assert answer.status_code in {302, 422}
    for path in (f"/templates/{visits.id}/records", "/documents/new"):
        page = browser.get(path, query_string={"customer": text, "template": visits.id, "space": text})
        assert page.status_code < 500
        assert "<script>alert(1)" not in page.text
    for name in (
        "template",
        "template_version",
        "made_title",
        "field-promises-9999-what",
        "field-promises-99999999-what",
    ):
        assert save(browser, space, visits, title="题", **{name: text}).status_code < 500
    for document in session.scalars(select(Document.id)).all():
        assert "<script>alert(1)" not in browser.get(f"/documents/{document}").text


BUDGETS = {
    "/templates": 7,
    "/templates/{visits}": 13,
    "/templates/{visits}/records": 9,
    "/templates/{visits}/records?visited.from=2026-01-01&sort=volume": 9,
    "/documents/new?template={visits}": 26,
    "/documents/{document}": 17,
    "/spaces/{space}": 12,
}


@pytest.mark.parametrize("path", BUDGETS)
@pytest.mark.parametrize("rows", [1, 12])
def test_a_page_keeps_its_budget(
    path: str,
    rows: int,
    app: Flask,
    browser: Browser,
    visits: Template,
    space: Space,
    session: Session,
    author: User,
) -> None:
    typed = {"companion": "林悦", "rival": "蓝峰", "promises": [{"what": "寄样", "who": "lina"}] * 3}
    for number in range(rows):
        document = build.filled(
            session, author, space, visits, typed | {"customer": f"客户{number}"}, title=f"第{number}份"
        )
    session.commit()
    address = path.format(visits=visits.id, document=document.id, space=space.key)
    assert browser.get(address).status_code == 200
    with builders.queries(app) as sent:
        browser.get(address)
    statements = [statement for statement in sent if not statement.startswith("BEGIN")]
    assert len(statements) <= BUDGETS[path], f"{len(statements)}\n" + "\n".join(statements)
