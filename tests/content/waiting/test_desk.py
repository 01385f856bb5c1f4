"""The desk: what waits for somebody, counted in items that they may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.content.waiting.register import WORK
from portal.kernel.actor import MEMBER, PUBLISHER
from tests import builders
from tests.builders.phrases import retired

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from tests.builders.browser import Browser


def test_the_home_page_asks_for_what_waits_and_the_desk_lists_everything(
    client: Browser, session: Session
) -> None:
    publisher = builders.person(session, "linyue", "林悦", roles=frozenset({MEMBER, PUBLISHER}))
    author = builders.person(session, "wangfang", "王芳")
    space = builders.space(session)
    retired(session, publisher)
    client.sign_in("wangfang")
    assert 'hx-get="/waiting"' in client.get("/").get_data(as_text=True)
    nothing = client.get("/waiting", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "/retired" not in nothing
    builders.document(session, author, space, "报价", body="含税价 12,800 元")
    something = client.get("/waiting", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert 'href="/retired"' in something
    desk = client.get("/waiting").get_data(as_text=True)
    assert desk.count('class="num') == len(WORK)


@pytest.mark.parametrize("rows", [1, 30])
def test_each_line_costs_one_statement(app: Flask, client: Browser, session: Session, rows: int) -> None:
    publisher = builders.person(session, "linyue", "林悦", roles=frozenset({MEMBER, PUBLISHER}))
    space = builders.space(session, editors=[publisher])
    retired(session, publisher)
    for number in range(rows):
        builders.document(session, publisher, space, f"报价 {number}", body="含税价 12,800 元")
    client.sign_in("linyue").get("/waiting")
    with builders.queries(app) as sent:
        client.get("/waiting")
    statements = [statement for statement in sent if not statement.startswith("BEGIN")]
    assert len(statements) == 2 + len(WORK)
