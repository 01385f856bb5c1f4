"""Questions: the accepted answer, and asking the people who may know."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.content.notices.models import Notice
from portal.content.questions import queries, services, similar
from portal.content.questions.models import Route
from portal.content.replies import services as replies
from portal.features.documents import services as documents
from portal.features.documents.services import DocumentInput
from portal.kernel.errors import ForbiddenError, InvalidError
from portal.people.services import deactivate
from tests import builders
from tests.builders.documents import manuscript
from tests.builders.people import system

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.factory import Portal
    from portal.features.documents.models import Document
    from portal.people.models import User
    from tests.conftest import Moment

TITLE = "白炭黑结团怎么办？"


@pytest.fixture
def asker(session: Session) -> User:
    return builders.person(session, "wujing", "吴静")


@pytest.fixture
def expert(session: Session) -> User:
    return builders.person(session, "dengke", "邓可")


@pytest.fixture
def editor(session: Session) -> User:
    return builders.person(session, "guoping", "郭平")


@pytest.fixture
def space(session: Session, editor: User) -> Space:
    return builders.space(session, editors=[editor])


def question(session: Session, asker: User, space: Space, **more: object) -> Document:
    return builders.document(session, asker, space, TITLE, tags=["白炭黑"], **more)  # type: ignore[arg-type]


def told(session: Session, person: User) -> list[str]:
    rows = select(Notice.event).where(Notice.user_id == person.id, Notice.event.startswith("question."))
    return list(session.scalars(rows.order_by(Notice.id)))


def routed(session: Session, item: Document) -> list[int]:
    rows = select(Route.user_id).where(Route.item_id == item.id, Route.passed_at.is_(None))
    return list(session.scalars(rows.order_by(Route.user_id)))


@pytest.mark.databases
def test_the_asker_accepts_a_reply_and_takes_it_back(
    session: Session, asker: User, expert: User, space: Space
) -> None:
    asked = question(session, asker, space)
    answer = builders.reply(session, expert, asked, "先烘干。")
    actor = builders.actor_of(session, asker)
    services.accept(session, actor, asked, answer)
    services.accept(session, actor, asked, answer)
    assert asked.accepted_id == answer.id
    assert told(session, expert) == ["question.accepted"]
    services.reopen(session, actor, asked)
    assert asked.accepted_id is None


def test_only_the_asker_and_editors_accept(
    session: Session, asker: User, expert: User, editor: User, space: Space
) -> None:
    asked = question(session, asker, space)
    answer = builders.reply(session, expert, asked)
    with pytest.raises(ForbiddenError):
        services.accept(session, builders.actor_of(session, expert), asked, answer)
    services.accept(session, builders.actor_of(session, editor), asked, answer)
    assert asked.accepted_id == answer.id


def test_a_reply_of_another_question_answers_nothing(
    session: Session, asker: User, expert: User, space: Space
) -> None:
    first, second = question(session, asker, space), question(session, asker, space)
    elsewhere = builders.reply(session, expert, second)
    with pytest.raises(InvalidError):
        services.accept(session, builders.actor_of(session, asker), first, elsewhere)


@pytest.mark.databases
def test_a_deleted_reply_is_no_answer_and_an_edited_one_stays(
    session: Session, asker: User, expert: User, space: Space
) -> None:
    asked = question(session, asker, space)
    answer = builders.reply(session, expert, asked)
    services.accept(session, builders.actor_of(session, asker), asked, answer)
    actor = builders.actor_of(session, expert)
    replies.change(session, actor, answer, manuscript(body="先烘干，再混炼。"), 1)
    session.refresh(asked)
    assert asked.accepted_id == answer.id
    replies.remove(session, actor, answer)
    session.refresh(asked)
    assert asked.accepted_id is None


def test_the_lists(session: Session, asker: User, expert: User, space: Space) -> None:
    builders.document(session, asker, space, "不是问题", body="就这样。")
    bare, talked, done = (question(session, asker, space) for _ in range(3))
    builders.reply(session, expert, talked)
    services.accept(session, builders.actor_of(session, asker), done, builders.reply(session, expert, done))
    actor = builders.actor_of(session, expert)

    def shown(tab: str) -> set[int]:
        return {card.id for card in queries.page(session, actor, tab, None).rows}

    assert shown(queries.OPEN) == {bare.id, talked.id}
    assert shown(queries.WITHOUT_REPLY) == {bare.id}
    assert shown(queries.ANSWERED) == {done.id}
    assert shown(queries.MINE) == set()
    found = queries.counts(session, actor)
    assert found == {tab: len(shown(tab)) for tab in found}


@pytest.mark.databases
def test_a_question_goes_to_those_who_contributed_to_its_tags(
    session: Session, asker: User, expert: User, editor: User, space: Space
) -> None:
    builders.document(session, expert, space, "白炭黑分散", tags=["白炭黑"])
    builders.document(session, editor, space, "别的事", tags=["鞋材"])
    asked = question(session, asker, space)
    assert routed(session, asked) == [expert.id]
    assert told(session, expert) == ["question.routed"]
    shown = queries.asked(session, builders.actor_of(session, asker), asked)
    assert [(each.name, each.reason.documents) for each in shown] == [("邓可", 1)]


def test_an_accepted_answer_weighs_most_and_old_knowledge_less(
    session: Session, asker: User, expert: User, editor: User, space: Space, moment: Moment
) -> None:
    veteran = builders.person(session, "luoyi", "罗毅")
    builders.document(session, veteran, space, "白炭黑旧文", tags=["白炭黑"])
    moment.advance(dt.timedelta(days=1100))
    earlier = question(session, asker, space)
    answer = builders.reply(session, expert, earlier)
    builders.reply(session, editor, earlier)
    services.accept(session, builders.actor_of(session, asker), earlier, answer)
    ranked = services.candidates(session, builders.actor_of(session, asker), question(session, asker, space))
    assert [user_id for user_id, _reason in ranked] == [expert.id, editor.id, veteran.id]


def test_nobody_is_asked_what_they_cannot_read_nor_the_asker_nor_who_left(
    session: Session, asker: User, expert: User, space: Space
) -> None:
    gone = builders.person(session, "gone", "走了")
    for person in (asker, expert, gone):
        builders.document(session, person, space, "白炭黑", tags=["白炭黑"])
    deactivate(session, system(), gone)
    asked = question(session, asker, space, readers=[f"user:{asker.id}", f"user:{gone.id}"])
    assert routed(session, asked) == []


def test_reasons_count_only_what_the_reader_may_read(
    session: Session, asker: User, expert: User, editor: User, space: Space
) -> None:
    """Neither the choice nor the figures tell that somebody has written something elsewhere."""
    secret = builders.space(session, "board", "经营会", readers=[f"user:{expert.id}", f"user:{editor.id}"])
    builders.document(session, expert, secret, "白炭黑价格底线", tags=["白炭黑"])
    assert routed(session, question(session, asker, space)) == []
    builders.document(session, expert, space, "白炭黑分散", tags=["白炭黑"])
    asked = question(session, asker, space)
    seen = {
        person.username: queries.asked(session, builders.actor_of(session, person), asked)[0].reason.documents
        for person in (asker, editor)
    }
    assert seen == {"wujing": 1, "guoping": 2}


def test_an_expert_is_not_asked_too_often(
    session: Session, asker: User, expert: User, space: Space, moment: Moment
) -> None:
    builders.document(session, expert, space, "白炭黑分散", tags=["白炭黑"])
    sent = [routed(session, question(session, asker, space)) for _ in range(services.MOST_A_WEEK + 1)]
    assert sent == [[expert.id]] * services.MOST_A_WEEK + [[]]
    moment.advance(services.WEEK)
    assert routed(session, question(session, asker, space)) == [expert.id]


def test_a_question_is_passed_on(
    session: Session, asker: User, expert: User, editor: User, space: Space
) -> None:
    builders.document(session, expert, space, "白炭黑分散", tags=["白炭黑"])
    asked = question(session, asker, space)
    colleague = builders.person(session, "luoyi", "罗毅")
    with pytest.raises(ForbiddenError):
        services.ask_somebody(session, builders.actor_of(session, colleague), asked, editor.id)
    actor = builders.actor_of(session, expert)
    services.ask_somebody(session, actor, asked, colleague.id, passes=True)
    assert routed(session, asked) == [colleague.id]
    assert told(session, colleague) == ["question.routed"]
    for_me = queries.page(session, builders.actor_of(session, colleague), queries.FOR_ME, None)
    assert [card.id for card in for_me.rows] == [asked.id]
    with pytest.raises(InvalidError):
        services.ask_somebody(session, actor, asked, asker.id)


def test_the_asker_hears_of_a_reply_once(session: Session, asker: User, expert: User, space: Space) -> None:
    asked = question(session, asker, space)
    builders.reply(session, expert, asked)
    events = session.scalars(select(Notice.event).where(Notice.user_id == asker.id)).all()
    assert events == ["question.answered"]


def test_what_is_chosen_stays_chosen(session: Session, asker: User, space: Space) -> None:
    actor = builders.actor_of(session, asker)
    wanted = DocumentInput(manuscript("真的要这样吗？"), space.id, is_question=False)
    document = documents.create(session, actor, wanted)
    assert not document.is_question
    said = DocumentInput(manuscript("想知道烘多久", ""), space.id, is_question=True)
    documents.edit(session, actor, document, said, 1)
    assert document.is_question
    documents.edit(session, actor, document, DocumentInput(manuscript("想知道烘多久"), space.id), 2)
    assert document.is_question


def test_similar_questions_show_answered_ones_first_and_nothing_unreadable(
    session: Session, portal: Portal, worker: Callable[[], int], asker: User, expert: User, space: Space
) -> None:
    secret = builders.space(session, "board", "经营会", readers=[f"user:{expert.id}"])
    builders.document(session, expert, secret, "白炭黑结团的内情？")
    still_open = builders.document(session, expert, space, "白炭黑结团要紧吗？")
    done = builders.document(session, expert, space, "白炭黑受潮结团如何处理？")
    answer = builders.reply(session, asker, done, "烘到百分之五以下再投料。")
    services.accept(session, builders.actor_of(session, expert), done, answer)
    builders.document(session, expert, space, "白炭黑结团记录", body="记录。")
    session.commit()
    worker()
    actor = builders.actor_of(session, asker)
    questions, others = similar.find(session, actor, portal.engine, "请问白炭黑结团怎么办？")
    assert [each.card.id for each in questions] == [done.id, still_open.id]
    assert "烘到百分之五" in questions[0].answer
    assert [card.title for card in others] == ["白炭黑结团记录"]
