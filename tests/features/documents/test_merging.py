"""Merging and moving: what goes over, where old addresses lead, what undoing brings back, whom it reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.content import redirects
from portal.content.cards import tags_of
from portal.content.shelves import queries as shelves
from portal.content.shelves import services as shelving
from portal.features.documents import services
from portal.features.documents.merging import services as merging
from portal.features.documents.models import Document
from portal.features.documents.moving import queries as moving_queries
from portal.features.documents.moving import services as moving
from portal.kernel.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from portal.platform import access
from portal.platform.items import Item
from tests import builders
from tests.builders.documents import manuscript

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
    return builders.person(session, "wangfang", "王芳")


@pytest.fixture
def space(session: Session) -> Space:
    return builders.space(session)


def merge(
    session: Session, user: User, source: Document, target: Document, text: str = merging.APPEND
) -> None:
    made = merging.joined(session, source, target, target.title, text)
    wanted = merging.MergeInput(made, source.version, target.version)
    merging.merge(session, builders.actor_of(session, user), source, target, wanted)
    session.flush()


@pytest.mark.databases
def test_everything_goes_over_and_comes_back(
    session: Session, author: User, reader: User, space: Space
) -> None:
    target = builders.document(session, author, space, "白炭黑", body="甲", tags=["轮胎"])
    source = builders.document(session, author, space, "白炭黑补充", body="乙", tags=["胶带", "轮胎"])
    answer = builders.reply(session, reader, source)
    actor = builders.actor_of(session, reader)
    shelving.star(session, actor, source, on=True)
    merge(session, author, source, target)
    assert target.body == "甲\n\n---\n\n## 白炭黑补充\n\n乙"
    assert set(tags_of(session, [target.id])[target.id]) == {"轮胎", "胶带"}
    session.refresh(target)
    assert (answer.holder_id, target.reply_count) == (target.id, 1)
    assert [card.id for card in shelves.favourites(session, actor)] == [target.id]
    assert redirects.target(session, actor, source.id) == target.id
    assert redirects.by_title(session, actor, "白炭黑补充") == target.id
    with pytest.raises(NotFoundError):
        access.find(session, actor, Document, source.id)
    binned = access.find_deleted(session, builders.actor_of(session, author), Document, source.id)
    assert merging.undo(session, builders.actor_of(session, author), binned)
    session.flush()
    session.refresh(source)
    assert (target.body, source.state, source.reply_count) == ("甲", "published", 1)
    assert tags_of(session, [target.id])[target.id] == ["轮胎"]
    assert [card.id for card in shelves.favourites(session, actor)] == [source.id]
    assert redirects.target(session, actor, source.id) is None


def test_undoing_keeps_what_was_written_since(
    session: Session, author: User, reader: User, space: Space
) -> None:
    target, source = (builders.document(session, author, space, title) for title in ("留", "并"))
    merge(session, author, source, target, merging.KEEP)
    actor = builders.actor_of(session, author)
    later = services.DocumentInput(manuscript("留", "后来改的"), space.id)
    services.edit(session, actor, target, later, target.version)
    answer = builders.reply(session, reader, target)
    assert not merging.undo(session, actor, source)
    session.flush()
    assert (target.body, source.state, answer.holder_id) == ("后来改的", "published", target.id)


def test_chains_are_collapsed_and_nobody_is_led_in_a_circle(
    session: Session, author: User, space: Space
) -> None:
    first, second, third = (builders.document(session, author, space, title) for title in "甲乙丙")
    actor = builders.actor_of(session, author)
    merge(session, author, first, second)
    merge(session, author, second, third)
    assert redirects.target(session, actor, first.id) == third.id
    assert merging.undo(session, actor, second)
    session.flush()
    merge(session, author, third, second)
    assert redirects.target(session, actor, third.id) == second.id
    assert redirects.target(session, actor, first.id) == second.id
    assert redirects.target(session, actor, second.id) is None


def test_undoing_the_first_of_two_merges_leaves_the_text_where_the_address_leads_now(
    session: Session, author: User, space: Space
) -> None:
    first, second, third = (
        builders.document(session, author, space, title, body=title) for title in "甲乙丙"
    )
    merge(session, author, first, second)
    merge(session, author, second, third)
    joined = third.body
    assert not merging.undo(session, builders.actor_of(session, author), first)
    session.flush()
    assert (third.body, first.state, first.body) == (joined, "published", "甲")


def test_merging_needs_both_and_their_present_versions(
    session: Session, author: User, reader: User, space: Space
) -> None:
    target = builders.document(session, reader, space, "别人的")
    source = builders.document(session, author, space, "我的")
    with pytest.raises(ForbiddenError):
        merge(session, author, source, target)
    own = builders.document(session, author, space, "我的另一篇")
    with pytest.raises(InvalidError):
        merge(session, author, own, own)
    stale = merging.MergeInput(manuscript("我的另一篇"), source.version, own.version + 1)
    with pytest.raises(ConflictError):
        merging.merge(session, builders.actor_of(session, author), source, own, stale)
    draft = builders.document(session, author, space, "草稿", state="draft")
    with pytest.raises(InvalidError):
        merge(session, author, draft, own)


def test_addresses_lead_to_what_one_may_read_and_nowhere_else(
    client: Browser, session: Session, author: User, reader: User, space: Space
) -> None:
    closed = builders.space(session, "closed", "内部", readers=[f"user:{author.id}"])
    target = builders.document(session, author, closed, "留下的")
    source = builders.document(session, author, space, "并掉的")
    merge(session, author, source, target)
    number, kept = source.id, target.id
    client.sign_in(author.username)
    for path in (f"/documents/{number}", f"/items/{number}", "/go?title=并掉的"):
        answer = client.get(path, follow_redirects=True)
        assert answer.request.path == f"/documents/{kept}", path
    client.sign_in(reader.username)
    for path in (f"/documents/{number}", f"/items/{number}"):
        assert client.get(path).status_code == 404
    assert client.get("/go?title=并掉的").headers["Location"].startswith("/search")


def test_the_pages_warn_merge_and_undo(
    client: Browser, session: Session, author: User, reader: User, space: Space
) -> None:
    closed = builders.space(session, "closed", "内部", readers=[f"user:{author.id}"])
    source = builders.document(session, author, closed, "内部底价", body="**八折**")
    target = builders.document(session, author, space, "价格政策")
    number, into = source.id, target.id
    client.sign_in(author.username)
    assert "价格政策" in client.get(f"/documents/{number}/merge?q=价格").text
    page = client.get(f"/documents/{number}/merge?into={into}")
    assert "有 1 人现在看不到《内部底价》" in page.text
    assert "<strong>八折</strong>" in page.text
    sent = {"into": into, "source_version": 1, "target_version": 1, "title": "source", "text": "append"}
    assert client.post(f"/documents/{number}/merges", data=sent).headers["Location"] == f"/documents/{into}"
    assert "内部底价" in client.get(f"/documents/{into}").text
    assert client.post(f"/documents/{number}/unmerging").headers["Location"] == f"/documents/{number}"
    stale = client.post(f"/documents/{number}/merges", data=sent)
    assert stale.status_code == 409
    client.sign_in(reader.username)
    assert client.get(f"/documents/{into}/merge").status_code == 403


@pytest.mark.databases
def test_moving_takes_replies_along_and_tells_whom_it_reaches(
    session: Session, author: User, reader: User, space: Space
) -> None:
    closed = builders.space(session, "closed", "内部", readers=[f"user:{author.id}"])
    document = builders.document(session, author, space)
    answer = builders.reply(session, reader, document)
    effect = moving_queries.effect_of_move(session, document, closed.id)
    assert (effect.losing, effect.gaining) == (1, 0)
    moving.move(session, builders.actor_of(session, author), document, closed.id)
    session.flush()
    seen = select(Item.id).where(Item.id == answer.id, access.readable(builders.actor_of(session, reader)))
    assert session.scalar(seen) is None
    with pytest.raises(ForbiddenError):
        moving.move(session, builders.actor_of(session, reader), document, space.id)


def test_the_page_for_moving(client: Browser, session: Session, author: User, space: Space) -> None:
    other = builders.space(session, "product", "产品")
    document = builders.document(session, author, space)
    number, to, back = document.id, other.id, space.id
    client.sign_in(author.username)
    assert "读者不变。" in client.get(f"/documents/{number}/move").text
    client.post(f"/documents/{number}/moves", data={"space": to})
    assert session.scalar(select(Document.space_id)) == to
    assert client.post(f"/documents/{number}/moves", data={"space": 99}).status_code == 403
    client.post(f"/documents/{number}/moves?space={back}&back=1")
    assert session.scalar(select(Document.space_id)) == back
