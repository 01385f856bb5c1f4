"""Threads of replies and the figure beside them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.content.replies import services
from portal.content.replies.queries import ThreadReply, thread
from portal.content.replies.services import MAX_LENGTH
from portal.features.documents import services as documents
from portal.kernel.errors import ConflictError, ForbiddenError, InvalidError
from portal.platform import access
from portal.platform.items import DRAFT, Item
from tests import builders
from tests.builders.documents import manuscript

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from portal.features.documents.models import Document
    from portal.people.models import User
    from tests.conftest import Moment


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def colleague(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳")


@pytest.fixture
def document(session: Session, author: User) -> Document:
    return builders.document(session, author, builders.space(session))


def shape(replies: Iterable[ThreadReply]) -> list[object]:
    """A thread as nested lists of numbers."""
    return [[reply.id, *shape(reply.children)] for reply in replies]


def seen(session: Session, user: User, document: Document) -> list[object]:
    session.flush()
    return shape(thread(session, builders.actor_of(session, user), document.id))


def count(session: Session, document: Document) -> int:
    session.flush()
    return session.scalars(select(Item.reply_count).where(Item.id == document.id)).one()


@pytest.mark.databases
def test_a_thread_is_in_order_of_time_and_nested(
    session: Session, author: User, colleague: User, document: Document, moment: Moment
) -> None:
    first = builders.reply(session, colleague, document, "一")
    moment.advance(dt.timedelta(minutes=1))
    second = builders.reply(session, author, document, "二")
    moment.advance(dt.timedelta(minutes=1))
    inner = builders.reply(session, author, document, "一之一", first)
    innermost = builders.reply(session, colleague, document, "一之一之一", inner)
    beside = builders.reply(session, colleague, document, "一之二", first)
    expected = [[first.id, [inner.id, [innermost.id]], [beside.id]], [second.id]]
    assert seen(session, colleague, document) == expected
    assert count(session, document) == 5


@pytest.mark.databases
def test_an_answer_to_a_deleted_reply_moves_up_and_back(
    session: Session, author: User, colleague: User, document: Document
) -> None:
    first = builders.reply(session, colleague, document)
    inner = builders.reply(session, author, document, parent=first)
    innermost = builders.reply(session, colleague, document, parent=inner)
    services.remove(session, builders.actor_of(session, author), inner)
    assert seen(session, author, document) == [[first.id], [innermost.id]]
    assert count(session, document) == 2
    services.restore(session, builders.actor_of(session, author), inner)
    assert seen(session, author, document) == [[first.id, [inner.id, [innermost.id]]]]
    assert count(session, document) == 3


def test_readers_may_not_reply(session: Session, document: Document) -> None:
    reader = builders.person(session, "jiangtao", "江涛", roles=frozenset({"reader"}))
    with pytest.raises(ForbiddenError):
        builders.reply(session, reader, document)
    assert count(session, document) == 0


@pytest.mark.parametrize("verb", ["withdraw", "archive"])
def test_only_under_what_is_published_one_replies(
    session: Session, author: User, document: Document, verb: str
) -> None:
    getattr(documents, verb)(session, builders.actor_of(session, author), document)
    with pytest.raises(ForbiddenError):
        builders.reply(session, author, document)


def test_no_reply_under_a_draft(session: Session, author: User) -> None:
    draft = builders.document(session, author, builders.space(session), state=DRAFT)
    with pytest.raises(ForbiddenError):
        builders.reply(session, author, draft)


@pytest.mark.databases
def test_an_old_version_of_a_reply_saves_nothing(session: Session, author: User, document: Document) -> None:
    reply = builders.reply(session, author, document, "第一")
    actor = builders.actor_of(session, author)
    services.change(session, actor, reply, manuscript(body="第二"), 1)
    with pytest.raises(ConflictError) as conflict:
        services.change(session, actor, reply, manuscript(body="第三"), 1)
    assert conflict.value.current.body == "第二"
    (standing,) = thread(session, actor, document.id)
    assert standing.edited


def test_one_changes_ones_own_replies_only(
    session: Session, author: User, colleague: User, document: Document
) -> None:
    reply = builders.reply(session, colleague, document)
    actor = builders.actor_of(session, author)
    with pytest.raises(ForbiddenError):
        services.change(session, actor, reply, manuscript(body="改"), 1)
    with pytest.raises(ForbiddenError):
        services.remove(session, actor, reply)


def test_editors_of_the_space_take_replies_away(session: Session, author: User, colleague: User) -> None:
    space = builders.space(session, editors=[colleague])
    document = builders.document(session, author, space)
    reply = builders.reply(session, author, document)
    services.remove(session, builders.actor_of(session, colleague), reply)
    assert count(session, document) == 0


@pytest.mark.parametrize("body", ["", " \n\t\u3000", "长" * (MAX_LENGTH + 1)])
def test_nothing_and_too_much_are_refused(
    session: Session, author: User, document: Document, body: str
) -> None:
    with pytest.raises(InvalidError):
        builders.reply(session, author, document, body)
    assert count(session, document) == 0


@pytest.mark.databases
def test_an_answer_to_what_is_not_there_is_refused(
    session: Session, author: User, document: Document
) -> None:
    actor = builders.actor_of(session, author)
    for parent in (0, -1, 999_999, 2**31, 10**30):
        with pytest.raises(InvalidError):
            services.reply(session, actor, document, manuscript(body="答"), parent)


def test_an_answer_under_another_document_is_refused(
    session: Session, author: User, document: Document
) -> None:
    other = builders.document(session, author, builders.space_of(session, "handbook"), "另一篇")
    reply = builders.reply(session, author, other)
    with pytest.raises(InvalidError):
        builders.reply(session, author, document, parent=reply)


@pytest.mark.databases
def test_replies_are_read_by_those_who_read_the_document(
    session: Session, author: User, colleague: User, document: Document
) -> None:
    reply = builders.reply(session, colleague, document)
    documents.withdraw(session, builders.actor_of(session, author), document)
    session.flush()
    mine = [reply.id in access.readable_ids(session, builders.actor_of(session, user), [reply.id])
            for user in (author, colleague)]  # fmt: skip
    assert mine == [True, False]
    assert seen(session, colleague, document) == []
