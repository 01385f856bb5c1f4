"""Questions through the browser: asking the short way, accepting, lists, passing on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from portal.content.questions.models import Route
from portal.features.documents.models import Document
from portal.platform.items import Item
from tests import builders

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.people.models import User
    from tests.builders.browser import Browser


@pytest.fixture
def asker(session: Session) -> User:
    return builders.person(session, "wujing", "吴静")


@pytest.fixture
def expert(session: Session) -> User:
    return builders.person(session, "dengke", "邓可")


@pytest.fixture
def space(session: Session) -> Space:
    return builders.space(session)


@pytest.fixture
def browser(client: Browser, asker: User, space: Space) -> Browser:
    del space
    return client.sign_in(asker.username)


@pytest.mark.databases
def test_a_question_is_asked_the_short_way(
    session: Session, browser: Browser, expert: User, space: Space
) -> None:
    builders.document(session, expert, space, "白炭黑分散", tags=["白炭黑"])
    sent = {"title": "白炭黑结团咋整", "body": "", "tags": "白炭黑", "space": space.id, "submission": "once"}
    answers = [browser.post("/questions", data=sent, follow_redirects=True) for _ in range(2)]
    assert "已请 1 位" in answers[0].text
    assert "邓可" in answers[1].text
    asked = session.scalars(select(Document).where(Document.title == "白炭黑结团咋整")).one()
    assert (asked.is_question, asked.state) == (True, "published")
    assert session.scalar(select(func.count()).select_from(Route)) == 1


def test_without_a_script_a_first_look_asks_nothing(session: Session, browser: Browser, space: Space) -> None:
    sent = {"title": "白炭黑结团咋整", "space": space.id, "action": "look"}
    answer = browser.post("/questions", data=sent)
    assert answer.status_code == 200
    assert "白炭黑结团咋整" in answer.text
    assert session.scalar(select(func.count()).select_from(Item).where(Item.kind == "document")) == 0


def test_a_question_without_words_comes_back(browser: Browser, space: Space) -> None:
    assert browser.post("/questions", data={"title": " ", "space": space.id}).status_code == 422
    assert browser.post("/questions", data={"title": "x" * 201, "space": space.id}).status_code == 422


@pytest.mark.databases
def test_the_asker_accepts_on_the_page_and_undoes_it(
    session: Session, browser: Browser, asker: User, expert: User, space: Space
) -> None:
    asked = builders.document(session, asker, space, "怎么烘？")
    answer = builders.reply(session, expert, asked, "烘一小时。")
    assert f"/replies/{answer.id}/acceptance" in browser.get(f"/documents/{asked.id}").text
    shown = browser.post(f"/replies/{answer.id}/acceptance", follow_redirects=True).text
    assert 'id="answer"' in shown
    assert shown.index('id="answer"') < shown.index(f'id="reply-{answer.id}"')
    assert "怎么烘" in browser.get("/questions?tab=answered").text
    assert "怎么烘" not in browser.get("/questions").text
    browser.post(f"/questions/{asked.id}/reopening")
    assert 'id="answer"' not in browser.get(f"/documents/{asked.id}").text


def test_lists_are_narrowed_by_space_and_tag(
    session: Session, browser: Browser, asker: User, space: Space
) -> None:
    builders.document(session, asker, space, "第一问？", tags=["轮胎"])
    builders.document(session, asker, builders.space(session, "other", "别处"), "第二问？")
    assert all(title in browser.get("/questions").text for title in ("第一问", "第二问"))
    for query in ("space=other", "tag=鞋材"):
        assert "第一问" not in browser.get(f"/questions?{query}").text
    assert "第一问" in browser.get("/questions?tag=轮胎&space=handbook").text
    for odd in ("tab=nothing", "space=%00", "tag=%00", "cursor=x"):
        assert browser.get(f"/questions?{odd}").status_code == 200


def test_whoever_was_asked_passes_it_on(
    session: Session, client: Browser, asker: User, expert: User, space: Space
) -> None:
    builders.document(session, expert, space, "白炭黑分散", tags=["白炭黑"])
    asked = builders.document(session, asker, space, "白炭黑？", tags=["白炭黑"])
    colleague = builders.person(session, "luoyi", "罗毅")
    client.sign_in(expert.username)
    assert "您可能知道答案，请来回答" in client.get(f"/documents/{asked.id}").text
    assert "罗毅" in client.get(f"/questions/{asked.id}/people").text
    path = f"/questions/{asked.id}/people"
    assert client.post(path, data={"person": "", "passes": "1"}).status_code == 422
    assert client.post(path, data={"person": colleague.id, "passes": "1"}).status_code == 302
    page = client.get(f"/documents/{asked.id}").text
    assert "表示不清楚" in page
    assert "您可能知道答案，请来回答" not in page
    client.sign_in(colleague.username)
    assert "白炭黑？" in client.get("/questions?tab=for-me").text
    client.post(f"/questions/{asked.id}/passing")
    assert "白炭黑？" not in client.get("/questions?tab=for-me").text


def test_the_box_decides_where_it_was_seen(session: Session, browser: Browser, space: Space) -> None:
    """Without a script nobody has touched the box, and a new text decides; an edited one stays as it was chosen."""

    def saved(path: str = "/documents", **fields: object) -> Document:
        sent = {"title": "题目", "body": "怎么办？", "space": space.id, "action": "publish", **fields}
        answer = browser.post(path, data=sent)
        number = int(answer.headers["Location"].rsplit("/", 1)[-1])
        return session.scalars(select(Document).where(Document.id == number)).one()

    assert saved().is_question
    assert not saved(question_chosen="1").is_question
    assert saved(body="就这样。", is_question="y").is_question
    first = saved()
    path = f"/documents/{first.id}"
    assert 'name="question_chosen" type="hidden" value="1"' in browser.get(f"{path}/edit").text
    assert not saved(path, version=1, question_chosen="1").is_question
