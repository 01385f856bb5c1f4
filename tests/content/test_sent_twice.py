"""What a second click, a long thread and a refused form do: nothing is doubled, broken or lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from portal.content.records import Rendering
from portal.content.replies.models import Reply
from portal.features.documents.models import Document
from tests import builders

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.builders.browser import Browser


@pytest.fixture
def document(session: Session, client: Browser) -> Document:
    author = builders.person(session, "wangfang", "王芳")
    builders.person(session, "liming", "李明")
    made = builders.document(session, author, builders.space(session))
    session.commit()
    client.sign_in("liming")
    return made


def count(session: Session, model: type[Document | Reply]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_document_sent_twice_is_one(session: Session, client: Browser, document: Document) -> None:
    form = {
        "title": "压延工序的粘辊",
        "body": "先看硬脂酸锌。",
        "space": document.space_id,
        "submission": "form-1",
    }
    first = client.post("/documents", data={**form, "action": "publish"})
    again = client.post("/documents", data={**form, "action": "publish"})
    assert (first.status_code, again.status_code) == (302, 302)
    assert first.location == again.location
    assert count(session, Document) == 2


def test_a_reply_sent_twice_is_one(session: Session, client: Browser, document: Document) -> None:
    form = {"body": "照做了，有效。", "submission": "form-2"}
    answers = [client.post(f"/items/{document.id}/replies", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert client.get(answers[1].location).location == answers[0].location
    assert count(session, Reply) == 1


def test_a_long_chain_of_answers_is_still_a_page(
    session: Session, client: Browser, document: Document
) -> None:
    author = builders.actor_of(session, "wangfang").user_id
    parent = None
    for number in range(300):
        made = Reply(
            state="published", author_id=author, space_id=document.space_id, holder_id=document.id, parent_id=parent,
            published_at=builders.NOW, created_at=builders.NOW, updated_at=builders.NOW, body=f"{number}",
        )  # fmt: skip
        session.add(made)
        session.flush()
        parent = made.id
        session.add(Rendering(item_id=parent, version=1, renderer=1, html=f"<p>答 {number}</p>"))
    session.commit()
    answer = client.get(f"/documents/{document.id}")
    assert answer.status_code == 200
    assert "答 299" in answer.text


def test_a_reply_is_not_discussed(session: Session, client: Browser, document: Document) -> None:
    reply = builders.reply(session, builders.person(session, "zhaojun", "赵军"), document)
    session.commit()
    assert client.post(f"/items/{reply.id}/replies", data={"body": "再答"}).status_code == 403
    assert count(session, Reply) == 1


def test_a_refused_reply_gives_its_text_back(client: Browser, document: Document) -> None:
    text = "很长的经验" * 5000
    answer = client.post(f"/items/{document.id}/replies", data={"body": text})
    assert answer.status_code == 422
    assert text in answer.text
