"""The pages of retired phrases, and what editors and readers are told of them elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.content.retired.models import RetiredPhrase
from portal.platform.jobs import Job
from tests import builders
from tests.builders.phrases import look_through, retired

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from portal.content.spaces.models import Space
    from portal.factory import Portal
    from portal.people.models import User
    from tests.builders.browser import Browser

OLD = "现在的含税价 12,800 元，**十天**内有效。"


def text_of(page: TestResponse) -> str:
    return page.get_data(as_text=True)


def test_a_publisher_retires_a_phrase(client: Browser, session: Session, publisher: User) -> None:
    client.sign_in(publisher.username)
    fields = {"phrase": "含税价 12,800 元", "replacement": "含税价 13,200 元", "reason": "十一月起调价。"}
    answer = client.post("/retired", data=fields)
    phrase = session.scalars(select(RetiredPhrase)).one()
    assert answer.location == f"/retired/{phrase.id}"
    assert session.scalars(select(Job.name)).all() == ["retired.scan"]
    page = text_of(client.get(answer.location))
    assert "含税价 13,200 元" in page
    assert 'hx-trigger="every 2s"' in page
    again = client.post("/retired", data=fields)
    assert again.status_code == 422
    assert text_of(client.get("/retired")).count("12,800") == 1


@pytest.mark.parametrize("missing", ["phrase", "reason"])
def test_what_is_missing_is_said_beside_its_field(client: Browser, publisher: User, missing: str) -> None:
    fields = {"phrase": "金牌代理", "reason": "不再授牌"} | {missing: ""}
    answer = client.sign_in(publisher.username).post("/retired", data=fields)
    assert answer.status_code == 422
    assert f'id="{missing}-error"' in text_of(answer)


def test_others_read_the_list_but_do_not_retire(
    client: Browser, session: Session, publisher: User, author: User
) -> None:
    retired(session, publisher)
    client.sign_in(author.username)
    page = text_of(client.get("/retired"))
    assert "12,800" in page
    assert "/retired/new" not in page
    assert client.get("/retired/new").status_code == 403
    assert client.post("/retired", data={"phrase": "金牌代理", "reason": "不再授牌"}).status_code == 403


def test_a_document_says_what_is_retired_in_it_and_opens_with_the_new_wording(
    portal: Portal, client: Browser, session: Session, publisher: User, author: User, space: Space
) -> None:
    document = builders.document(session, author, space, "报价：含税价１２，８００元", body=OLD)
    phrase = retired(session, publisher)
    look_through(portal, session, phrase)
    client.sign_in(author.username)
    shown = text_of(client.get(f"/documents/{document.id}"))
    address = f"/documents/{document.id}/edit?retired={phrase.id}"
    assert address in shown
    form = text_of(client.get(address))
    assert "现在的含税价 13,200 元，**十天**内有效。" in form
    assert 'value="报价：含税价 13,200 元"' in form
    saved = {
        "title": "报价",
        "body": "现在的含税价 13,200 元。",
        "space": space.id,
        "version": document.version,
    }
    client.post(f"/documents/{document.id}", data=saved)
    assert address not in text_of(client.get(f"/documents/{document.id}"))
    cleared = text_of(client.get(f"/retired/{phrase.id}?which=gone"))
    assert f'href="/documents/{document.id}"' in cleared


def test_who_answers_for_a_text_may_let_it_stay_with_a_reason(
    portal: Portal, client: Browser, session: Session, publisher: User, author: User, space: Space
) -> None:
    document = builders.document(session, author, space, "合同摘录", body=OLD)
    other = builders.person(session, "zhaolei", "赵磊")
    phrase = retired(session, publisher)
    look_through(portal, session, phrase)
    address = f"/retired/{phrase.id}/items/{document.id}/excuse"
    client.sign_in(other.username)
    assert address not in text_of(client.get(f"/retired/{phrase.id}"))
    assert client.post(address, data={"reason": "不管"}).status_code == 403
    client.sign_in(author.username)
    assert address in text_of(client.get(f"/retired/{phrase.id}?which=mine"))
    assert client.post(address, data={"reason": ""}).status_code == 422
    client.post(address, data={"reason": "合同原文"})
    assert "合同原文" in text_of(client.get(f"/retired/{phrase.id}?which=excused"))
    client.post(f"/retired/{phrase.id}/items/{document.id}/accusation")
    assert address in text_of(client.get(f"/retired/{phrase.id}"))


def test_editors_are_given_what_is_in_force(
    client: Browser, session: Session, publisher: User, author: User
) -> None:
    phrase = retired(session, publisher)
    client.sign_in(author.username)
    rows = client.get("/retired/phrases").get_json()["phrases"]
    assert [row["phrase"] for row in rows] == ["含税价 12,800 元"]
    client.sign_in(publisher.username).post(f"/retired/{phrase.id}/withdrawal")
    assert client.get("/retired/phrases").get_json()["phrases"] == []
    assert "12,800" in text_of(client.get("/retired?state=withdrawn"))


def test_what_to_say_instead_can_be_changed(client: Browser, session: Session, publisher: User) -> None:
    phrase = retired(session, publisher)
    client.sign_in(publisher.username)
    fields = {"replacement": "含税价 13,500 元", "reason": "再次调价。"}
    assert client.post(f"/retired/{phrase.id}", data=fields).status_code == 302
    assert "13,500" in text_of(client.get(f"/retired/{phrase.id}"))
    bad = {"replacement": "仍是含税价 12,800 元", "reason": "x"}
    assert client.post(f"/retired/{phrase.id}", data=bad).status_code == 422
