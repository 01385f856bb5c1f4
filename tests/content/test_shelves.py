"""Favourites and the reading list: one's own, in one's order, and only what one may read now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.content.shelves import queries, services
from portal.features.documents import services as documents
from tests import builders

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.people.models import User
    from tests.builders.browser import Browser


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def reader(session: Session) -> User:
    return builders.person(session, "jiangtao", "江涛", roles=frozenset({"reader"}))


@pytest.fixture
def space(session: Session) -> Space:
    return builders.space(session)


@pytest.mark.databases
def test_a_star_given_twice_is_one(session: Session, author: User, reader: User, space: Space) -> None:
    document = builders.document(session, author, space)
    actor = builders.actor_of(session, reader)
    for _time in range(2):
        services.star(session, actor, document, on=True)
    assert [card.id for card in queries.favourites(session, actor)] == [document.id]
    assert queries.favourites(session, builders.actor_of(session, author)) == []
    services.star(session, actor, document, on=False)
    assert queries.favourites(session, actor) == []


@pytest.mark.databases
def test_what_may_not_be_read_is_hidden_and_comes_back(
    session: Session, author: User, reader: User, space: Space
) -> None:
    document = builders.document(session, author, space)
    actor = builders.actor_of(session, reader)
    services.star(session, actor, document, on=True)
    services.put_off(session, actor, document, on=True)
    documents.withdraw(session, builders.actor_of(session, author), document)
    session.flush()
    assert queries.favourites(session, actor) == []
    assert queries.reading_list(session, actor) == []
    documents.publish(session, builders.actor_of(session, author), document)
    session.flush()
    assert len(queries.favourites(session, actor)) == len(queries.reading_list(session, actor)) == 1


def test_the_reading_list_keeps_its_order(session: Session, author: User, space: Space) -> None:
    actor = builders.actor_of(session, author)
    made = [builders.document(session, author, space, f"第{number}篇") for number in range(4)]
    for document in made:
        services.put_off(session, actor, document, on=True)
    ids = [document.id for document in made]
    services.put_in_order(session, actor, services.moved(ids, ids[2], services.UP))
    session.flush()
    order = [entry.card.title for entry in queries.reading_list(session, actor)]
    assert order == ["第0篇", "第2篇", "第1篇", "第3篇"]
    services.tick(session, actor, made[0], done=True)
    entries = queries.reading_list(session, actor)
    assert [(entry.card.title, entry.done_at is None) for entry in entries][-1] == ("第0篇", False)


@pytest.mark.parametrize(
    ("to", "expected"),
    [("up", [2, 1, 3]), ("down", [1, 3, 2]), ("top", [2, 1, 3]), ("nowhere", [1, 2, 3])],
)
def test_moving_in_an_order(to: str, expected: list[int]) -> None:
    assert services.moved([1, 2, 3], 2, to) == expected


def test_the_pages(client: Browser, session: Session, author: User, reader: User, space: Space) -> None:
    document = builders.document(session, author, space, "值得一读")
    client.sign_in(reader.username)
    assert "还没有收藏" in client.get("/favourites").text
    client.post(f"/items/{document.id}/stars", data={"on": 1})
    client.post(f"/items/{document.id}/reading-list", data={"on": 1})
    assert all("值得一读" in client.get(path).text for path in ("/favourites", "/reading-list"))
    client.post(f"/reading-list/{document.id}/ticks", data={"done": 1})
    assert "都读完了" in client.get("/reading-list").text
    answer = client.post(f"/items/{document.id}/stars", data={"on": 0, "back": "favourites"})
    assert answer.headers["Location"] == "/favourites"
    assert client.post("/items/99/stars", data={"on": 1}).status_code == 404
