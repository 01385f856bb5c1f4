"""What the worker looks after: rules reach documents, the people responsible are reminded, a leaver's items pass on."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from portal.content.notices.models import Notice
from portal.content.verification import keepers, queries, services, spreading
from portal.content.verification.models import Verification
from portal.content.verification.reminding import look_after
from portal.people import services as people
from tests import builders
from tests.builders.people import system
from tests.builders.verification import planned, row_of, verified

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.factory import Portal
    from portal.people.models import User
    from tests.conftest import Moment

DAY = dt.timedelta(days=1)


@pytest.fixture
def editor(session: Session) -> User:
    return builders.person(session, "bianji", "边际")


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def space(session: Session, editor: User) -> Space:
    return builders.space(session, editors=[editor])


@pytest.fixture
def round_(session: Session, portal: Portal, moment: Moment) -> Callable[[], None]:
    """One round of the worker, twice, because it must not matter."""

    def go() -> None:
        session.commit()
        for _time in range(2):
            look_after(portal.sessions, portal.settings, moment.now)
        session.expire_all()

    return go


def told(session: Session, user: User) -> list[str]:
    found = select(Notice.event).where(Notice.user_id == user.id).order_by(Notice.id)
    return [event.removeprefix("verification.") for event in session.scalars(found)]


def rule(session: Session, editor: User, space: Space, days: int | None, keeper: str = "author") -> None:
    services.set_rule(session, builders.actor_of(session, editor), space, days, keeper)


@pytest.mark.databases
def test_a_rule_reaches_every_document_a_few_a_week(
    session: Session, author: User, editor: User, space: Space, round_: Callable[[], None]
) -> None:
    for number in range(12):
        builders.document(session, author, space, f"第{number}篇")
    builders.document(session, author, space, "草稿", state="draft")
    rule(session, editor, space, 180)
    round_()
    rows = session.scalars(select(Verification)).all()
    assert {row.keeper_id for row in rows} == {author.id}
    load = Counter(spreading.week_of(row.due_on) for row in rows if row.due_on)
    assert (len(rows), max(load.values())) == (12, 5)


def test_a_rule_for_editors_and_one_taken_back(
    session: Session, author: User, editor: User, space: Space, round_: Callable[[], None]
) -> None:
    first = builders.document(session, author, space)
    rule(session, editor, space, 90, "editors")
    round_()
    assert row_of(session, first).keeper_id is None
    rule(session, editor, space, None)
    builders.document(session, author, space, "后来的")
    round_()
    assert session.scalar(select(func.count()).select_from(Verification)) == 1


def test_what_is_exempt_stays_so(
    session: Session, author: User, editor: User, space: Space, round_: Callable[[], None]
) -> None:
    document = builders.document(session, author, space)
    planned(session, author, document, is_exempt=True)
    rule(session, editor, space, 90)
    round_()
    assert row_of(session, document).due_on is None


def test_reminders_come_before_at_and_weekly_after(
    session: Session, author: User, space: Space, round_: Callable[[], None], moment: Moment
) -> None:
    document = builders.document(session, author, space)
    verified(session, author, document, 30)
    seen = []
    for passed in (15, 1, 14, 1, 6, 1, 7):
        moment.advance(DAY * passed)
        round_()
        seen.append(len(told(session, author)))
    assert seen == [0, 1, 1, 2, 2, 3, 4]
    assert told(session, author) == ["soon", "expired", "expired", "expired"]


def test_verifying_ends_the_reminders(
    session: Session, author: User, space: Space, round_: Callable[[], None], moment: Moment
) -> None:
    document = builders.document(session, author, space)
    verified(session, author, document, 30)
    moment.advance(DAY * 20)
    round_()
    verified(session, author, document)
    moment.advance(DAY * 12)
    round_()
    assert told(session, author) == ["soon"]


def test_what_a_leaver_kept_is_with_the_editors_at_once(
    session: Session, author: User, editor: User, space: Space, round_: Callable[[], None], moment: Moment
) -> None:
    document = builders.document(session, author, space)
    verified(session, author, document, 30)
    assert _mine(session, editor) == []
    people.deactivate(session, system(), author)
    assert _mine(session, editor) == [document.id]
    assert row_of(session, document).keeper_id == author.id  # nothing is copied
    assert keepers.responsible(session, document, author.id) == {editor.id}
    round_()
    moment.advance(DAY * 20)
    round_()
    assert told(session, editor) == ["left", "soon"]
    people.reactivate(session, system(), author)
    assert _mine(session, editor) == []


def test_a_keeper_who_may_no_longer_read_it_keeps_nothing(
    session: Session, author: User, editor: User, space: Space
) -> None:
    expert = builders.person(session, "zhuanjia", "专家", department=builders.department(session, "华南大区"))
    document = builders.document(session, author, space)
    planned(session, author, document, keeper_id=expert.id, interval_days=90)
    assert (_mine(session, expert), _mine(session, editor)) == ([document.id], [])
    narrow(session, space, f"dept:{builders.department(session, '华北大区').id}")
    assert (_mine(session, expert), _mine(session, editor)) == ([], [document.id])
    narrow(session, space, f"dept:{expert.department_id}")
    assert (_mine(session, expert), _mine(session, editor)) == ([document.id], [])
    narrow(session, space, f"user:{expert.id}")
    assert _mine(session, expert) == [document.id]


def test_where_nobody_edits_the_author_answers(session: Session, author: User, editor: User) -> None:
    lonely = builders.space(session, "lonely", "没有编辑")
    expert = builders.person(session, "zhuanjia", "专家")
    document = builders.document(session, author, lonely)
    planned(session, author, document, keeper_id=expert.id, interval_days=90)
    people.deactivate(session, system(), expert)
    assert (_mine(session, author), _mine(session, editor)) == ([document.id], [])


def narrow(session: Session, space: Space, token: str) -> None:
    space.readers[0].token = token
    session.flush()


def _mine(session: Session, user: User) -> list[int]:
    session.flush()
    page = queries.board(session, builders.actor_of(session, user), queries.Wanted(queries.MINE))
    return [row.card.id for row in page.rows]
