"""How many statements a page may send: the same for one row and for fifty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import builders
from tests.builders.must_reads import must_read
from tests.builders.people import administrator
from tests.builders.reviews import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy.orm import Session

    from tests.builders.browser import Browser

# Statements of a page, the two that make the actor included. BEGIN is not counted.
BUDGETS = {
    "/reviews": 5,
    "/reviews?tab=mine": 6,
    "/": 13,
    "/spaces": 4,
    "/spaces/handbook": 8,
    "/documents/{document}": 17,
    "/documents/{document}/readers": 8,
    "/documents/{document}/edit": 14,
    "/search?q=白炭黑": 12,
    "/search?q=白炭黑&sort=most_read": 12,
    "/favourites": 4,
    "/reading-list": 5,
    "/bin": 4,
    "/spaces/handbook?select=1": 9,
    "/people": 8,
    "/people/wangfang": 10,
    "/team": 7,
    "/must-reads": 6,
    "/must-reads?tab=signed": 6,
    "/must-reads?tab=followed": 16,
    "/questions": 8,
    "/questions?tab=for-me": 8,
    "/inbox": 5,
    "/inbox?show=all": 5,
    "/inbox/count": 3,
    "/following": 8,
    "/items/{document}/revisions": 7,
    "/items/{document}/revisions/1..1": 7,
    "/drafts": 4,
    "/retired": 4,
    "/verification": 8,
    "/verification?tab=most_read": 8,
    "/verification?tab=spaces": 8,
    "/items/{document}/verification": 14,
    "/admin/people": 8,
    "/admin/departments": 6,
}


def populate(session: Session, number: int) -> int:
    """A space with so many documents, each with replies, by so many people."""
    author = builders.person(session, "wangfang", "王芳")
    reader = administrator(session)
    space = builders.space(session, editors=[reader])
    for place in range(number):
        colleague = builders.person(session, f"rep-{place}", f"销售{place}", manager=reader)
        document = builders.document(
            session, author, space, f"白炭黑问题 {place}", tags=["轮胎", f"标签{place}"]
        )
        reply = builders.reply(session, colleague, document, "@[管理员](user:guanli) 白炭黑要先烘干。")
        builders.reply(session, author, document, "谢谢。", reply)
        builders.reply(session, reader, document, "知道了。", reply)
        suggestion(session, colleague, document)
        document.is_question = True
        must_read(session, reader, document)
    session.commit()
    return document.id


@pytest.mark.parametrize("path", BUDGETS)
@pytest.mark.parametrize("rows", [1, 50])
def test_a_page_keeps_its_budget(
    path: str, rows: int, app: Flask, client: Browser, session: Session, worker: Callable[[], int]
) -> None:
    document = populate(session, rows)
    worker()
    client.sign_in("guanli")
    address = path.format(document=document)
    assert client.get(address).status_code == 200
    with builders.queries(app) as sent:
        client.get(address)
    statements = [statement for statement in sent if not statement.startswith("BEGIN")]
    assert len(statements) <= BUDGETS[path], "\n".join(statements)
