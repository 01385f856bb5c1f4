"""One act for many documents: each under its own rules, refusals in words, undone together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from portal.content.cards import tags_of
from portal.content.shelves import queries as shelves
from portal.features.documents.bulk import services
from portal.features.documents.bulk.models import Batch
from portal.kernel.errors import ForbiddenError, InvalidError, NotFoundError
from tests import builders

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.features.documents.models import Document
    from portal.people.models import User
    from tests.builders.browser import Browser


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def other(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳")


@pytest.fixture
def space(session: Session) -> Space:
    return builders.space(session)


@pytest.fixture
def documents(session: Session, author: User, space: Space) -> list[Document]:
    return [builders.document(session, author, space, f"第{number}篇", tags=["旧"]) for number in range(3)]


def run(session: Session, user: User, act: str, documents: list[Document], **more: Any) -> Batch:  # noqa: ANN401
    ids = [document.id for document in documents]
    return services.run(session, builders.actor_of(session, user), services.BulkInput(act, ids, **more))


def state(session: Session, documents: list[Document]) -> list[Any]:
    session.flush()
    session.expire_all()
    tags = tags_of(session, [document.id for document in documents])
    return [(each.state, each.space_id, sorted(tags.get(each.id, []))) for each in documents]


@pytest.mark.databases
@pytest.mark.parametrize("act", ["move", "tag", "untag", "archive", "delete"])
def test_an_act_is_done_to_all_and_undone_together(
    act: str, session: Session, author: User, documents: list[Document]
) -> None:
    there = builders.space(session, "product", "产品")
    before = state(session, documents)
    batch = run(session, author, act, documents, space_id=there.id, tag="新" if act == "tag" else "旧")
    assert len(batch.done) == 3
    assert batch.refused == []
    after = state(session, documents)
    assert all(one != other for one, other in zip(before, after, strict=True))
    actor = builders.actor_of(session, author)
    assert services.undo(session, actor, batch) == []
    assert state(session, documents) == before
    with pytest.raises(ForbiddenError):
        services.undo(session, actor, batch)


@pytest.mark.databases
def test_one_refusal_stops_no_other(
    session: Session, author: User, other: User, space: Space, documents: list[Document]
) -> None:
    foreign = builders.document(session, other, space, "别人的")
    hidden = builders.document(session, other, space, "看不见的", state="draft")
    batch = run(session, author, "archive", [documents[0], foreign, hidden, documents[1]])
    assert [row["id"] for row in batch.done] == [documents[0].id, documents[1].id]
    assert [row["id"] for row in batch.refused] == [foreign.id, hidden.id]
    assert all(row["why"] for row in batch.refused)
    assert (foreign.state, documents[2].state) == ("published", "published")


def test_archived_documents_come_back(session: Session, author: User, documents: list[Document]) -> None:
    run(session, author, "archive", documents)
    batch = run(session, author, "publish", documents)
    assert {document.state for document in documents} == {"published"}
    services.undo(session, builders.actor_of(session, author), batch)
    assert {document.state for document in documents} == {"archived"}


def test_the_reading_list_takes_many(session: Session, author: User, documents: list[Document]) -> None:
    batch = run(session, author, "read_later", documents)
    actor = builders.actor_of(session, author)
    assert len(shelves.reading_list(session, actor)) == 3
    services.undo(session, actor, batch)
    assert shelves.reading_list(session, actor) == []


@pytest.mark.parametrize(
    "wanted",
    [
        services.BulkInput("", [1]),
        services.BulkInput("archive", []),
        services.BulkInput("move", [1]),
        services.BulkInput("tag", [1], tag=" "),
        services.BulkInput("archive", range(101)),
    ],
)
def test_what_is_not_said_is_asked_for(session: Session, author: User, wanted: services.BulkInput) -> None:
    with pytest.raises(InvalidError):
        services.run(session, builders.actor_of(session, author), wanted)


def test_a_batch_is_its_owners(
    session: Session, author: User, other: User, documents: list[Document]
) -> None:
    batch = run(session, author, "archive", documents)
    with pytest.raises(NotFoundError):
        services.look(session, builders.actor_of(session, other), batch.id)


def test_the_list_is_selected_from_and_answers_in_words(
    client: Browser, session: Session, author: User, other: User, space: Space, documents: list[Document]
) -> None:
    foreign = builders.document(session, other, space, "别人的")
    ids = [documents[0].id, foreign.id]
    client.sign_in(author.username)
    assert "data-select-start" in client.get("/spaces/handbook").text
    page = client.get("/spaces/handbook?select=1&sort=updated").text
    assert page.count("data-select-one") == 4
    assert 'name="back" value="/spaces/handbook?sort=updated"' in page
    back = "/spaces/handbook"
    answer = client.post("/batches", data={"ids": ids, "act": "archive", "back": back})
    shown = client.get(answer.headers["Location"])
    assert all(text in shown.text for text in ("别人的", "第0篇", "已归档 1 篇文档。"))
    number = session.scalars(select(Batch.id)).one()
    assert client.post(f"/batches/{number}/undoing?back={back}").headers["Location"] == back
    session.expire_all()
    assert documents[0].state == "published"
    nothing = client.post("/batches", data={"act": "archive", "back": "//evil.example"})
    assert nothing.headers["Location"] == "/spaces"


def test_drafts_are_published_from_ones_own_page(
    client: Browser, session: Session, author: User, space: Space
) -> None:
    builders.document(session, author, space, "还是草稿", state="draft")
    client.sign_in(author.username)
    page = client.get(f"/people/{author.username}?tab=drafts&select=1")
    assert "还是草稿" in page.text
    assert "data-select-one" in page.text
