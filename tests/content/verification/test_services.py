"""Vouching, keeping, doubting: what is stored, who is told, what is refused, and that it can be taken back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.content.notices.models import Notice
from portal.content.verification import acts, services
from portal.content.verification.models import VerificationAct
from portal.content.verification.services import Seen
from portal.features.documents import services as documents
from portal.features.documents.models import Document
from portal.features.documents.services import DocumentInput
from portal.kernel.actor import READER
from portal.kernel.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from portal.platform import audit, timeline
from tests import builders
from tests.builders.documents import manuscript
from tests.builders.verification import LIMITS, doubted, planned, row_of, verified

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.people.models import User
    from tests.conftest import Moment

TODAY = dt.date(2026, 11, 11)


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def editor(session: Session) -> User:
    return builders.person(session, "bianji", "边际")


@pytest.fixture
def expert(session: Session) -> User:
    return builders.person(session, "zhuanjia", "专家")


@pytest.fixture
def space(session: Session, editor: User) -> Space:
    return builders.space(session, editors=[editor])


@pytest.fixture
def document(session: Session, author: User, space: Space) -> Document:
    return builders.document(session, author, space)


def save(session: Session, user: User, document: Document, body: str = "改过了。") -> None:
    wanted = DocumentInput(manuscript(document.title, body), document.space_id or 0)
    documents.edit(session, builders.actor_of(session, user), document, wanted, document.version)


def told(session: Session, user: User, event: str) -> int:
    found = select(Notice).where(Notice.user_id == user.id, Notice.event == f"verification.{event}")
    return len(session.scalars(found).all())


@pytest.mark.databases
def test_who_vouches_for_what_nobody_kept_keeps_it(
    session: Session, document: Document, author: User
) -> None:
    verified(session, author, document, note="对照了最新报价单")
    row = row_of(session, document)
    assert (row.keeper_id, row.verified_by, row.verified_version) == (author.id, author.id, 1)
    assert (row.due_on, row.note) == (TODAY + dt.timedelta(days=90), "对照了最新报价单")
    # The first moment in the company's zone at which nobody vouches for it any more.
    assert document.verified_until == dt.datetime(2027, 2, 9, 16, 0, tzinfo=dt.UTC)
    verbs = session.scalars(select(timeline.Entry.verb).where(timeline.Entry.item_id == document.id)).all()
    assert verbs[-1] == "verified"
    assert list(audit.verify(session)) == []


def test_it_is_bound_to_the_text_that_was_seen(
    session: Session, document: Document, author: User, editor: User
) -> None:
    planned(session, author, document, interval_days=90)
    row, actor = row_of(session, document), builders.actor_of(session, author)
    seen = Seen(document.version, row.turn)
    save(session, editor, document)
    with pytest.raises(ConflictError):
        services.verify(session, actor, document, seen, LIMITS, acts.begin(session, actor, "verified"))
    assert row_of(session, document).verified_at is None


def test_a_doubt_that_was_not_seen_is_not_settled(
    session: Session, document: Document, author: User, expert: User
) -> None:
    planned(session, author, document, interval_days=90)
    seen, actor = Seen(document.version, row_of(session, document).turn), builders.actor_of(session, author)
    doubted(session, expert, document)
    with pytest.raises(ConflictError):
        services.verify(session, actor, document, seen, LIMITS, acts.begin(session, actor, "verified"))
    assert row_of(session, document).doubted_at


def test_sent_twice_it_is_one_act(session: Session, document: Document, author: User) -> None:
    planned(session, author, document, interval_days=90)
    seen, actor = Seen(document.version, row_of(session, document).turn), builders.actor_of(session, author)
    for _time in range(2):
        act = acts.begin(session, actor, "verified")
        services.verify(session, actor, document, seen, LIMITS, act)
        acts.close(session, actor, act)
    session.flush()
    assert session.scalars(select(VerificationAct.verb)).all() == ["planned", "verified"]


def test_a_change_by_somebody_else_shows_and_the_keepers_own_does_not(
    session: Session, document: Document, author: User, editor: User
) -> None:
    verified(session, author, document)
    save(session, author, document, "作者自己改的。")
    session.refresh(row_of(session, document))
    assert not row_of(session, document).is_changed
    save(session, editor, document)
    session.refresh(row_of(session, document))
    assert row_of(session, document).is_changed


def test_only_its_people_verify(session: Session, document: Document, author: User, expert: User) -> None:
    with pytest.raises(ForbiddenError):
        verified(session, expert, document)
    planned(session, author, document, keeper_id=expert.id, interval_days=90)
    assert told(session, expert, "keeper") == 1
    verified(session, expert, document)
    assert row_of(session, document).verified_by == expert.id


def test_a_keeper_must_read_it_and_be_a_member(
    session: Session, author: User, space: Space, expert: User
) -> None:
    secret = builders.document(session, author, space, "给主管看的", readers=["user:999"])
    with pytest.raises(InvalidError, match="does not read"):
        planned(session, author, secret, keeper_id=expert.id, interval_days=90)
    guest = builders.person(session, "jiangtao", "江涛", roles=frozenset({READER}))
    open_one = builders.document(session, author, space, "给大家看的")
    with pytest.raises(InvalidError, match="only reads"):
        planned(session, author, open_one, keeper_id=guest.id, interval_days=90)


def test_a_doubt_is_told_and_settled(
    session: Session, document: Document, author: User, editor: User, expert: User
) -> None:
    planned(session, author, document, keeper_id=editor.id, interval_days=90)
    doubted(session, expert, document, "第三步已经取消。")
    assert (told(session, editor, "doubted"), told(session, author, "doubted")) == (1, 1)
    with pytest.raises(ConflictError):
        doubted(session, author, document, "我也觉得。")
    verified(session, editor, document)
    assert (row_of(session, document).doubt, told(session, expert, "settled")) == ("", 1)


def test_a_doubt_needs_a_reason(session: Session, document: Document, expert: User) -> None:
    with pytest.raises(InvalidError):
        doubted(session, expert, document, "  ")


def test_a_shorter_interval_made_today_was_not_broken_yesterday(
    session: Session, document: Document, author: User, moment: Moment
) -> None:
    verified(session, author, document, 365)
    moment.advance(dt.timedelta(days=200))
    planned(session, author, document, keeper_id=author.id, interval_days=30)
    due = row_of(session, document).due_on
    assert due is not None
    assert due > moment.now.date()


def test_a_new_keeper_brings_nothing_back_to_life(
    session: Session, document: Document, author: User, expert: User, moment: Moment
) -> None:
    verified(session, author, document, 30)
    moment.advance(dt.timedelta(days=40))
    planned(session, author, document, keeper_id=expert.id, interval_days=30)
    assert row_of(session, document).due_on == TODAY + dt.timedelta(days=30)


def test_nobody_gets_more_than_so_many_a_week(session: Session, author: User, space: Space) -> None:
    for number in range(12):
        verified(session, author, builders.document(session, author, space, f"第{number}篇"))
    session.flush()
    days = [row_of(session, item).due_on for item in session.scalars(select(Document))]
    weeks = [(TODAY + dt.timedelta(days=90) - day).days // 7 for day in days if day]
    assert sorted(weeks) == [0] * 5 + [1] * 5 + [2] * 2


def test_taking_back_does_not_forget_what_was_changed_since(
    session: Session, document: Document, author: User, editor: User, expert: User
) -> None:
    verified(session, author, document)
    again = verified(session, editor, document)
    document.author_id = expert.id
    save(session, expert, document)
    assert row_of(session, document).is_changed
    assert acts.undo(session, builders.actor_of(session, editor), again) == 1
    session.flush()
    session.expire_all()
    assert row_of(session, document).is_changed


def test_what_was_done_is_taken_back(
    session: Session, document: Document, author: User, expert: User
) -> None:
    first = verified(session, author, document)
    actor = builders.actor_of(session, author)
    assert acts.undo(session, actor, first) == 1
    assert (row_of(session, document).verified_at, document.verified_until) == (None, None)
    with pytest.raises(NotFoundError):
        acts.undo(session, actor, first)
    second = verified(session, author, document)
    with pytest.raises(NotFoundError):
        acts.undo(session, builders.actor_of(session, expert), second)
    doubted(session, expert, document)
    with pytest.raises(ConflictError):
        acts.undo(session, actor, second)
