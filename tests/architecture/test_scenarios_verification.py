"""Scenarios 34 to 36 of `permissions.md`: who answers for an item, what the board names, whom reminders reach."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.content.notices.models import Notice
from portal.content.reach import people_who_read
from portal.content.spaces.models import Space
from portal.content.verification import keepers, queries
from portal.content.verification.models import Verification
from portal.content.verification.reminding import look_after
from portal.features.documents.models import Document
from portal.kernel.actor import EVERYONE
from portal.people import services as people
from portal.people.models import Department, User
from portal.platform.items import Item
from tests import builders
from tests.builders.people import system
from tests.builders.verification import doubted, planned, row_of, verified

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.factory import Portal
    from tests.builders.browser import Browser
    from tests.conftest import Moment

SECRET = "琥珀色母粒"
REASON = "配方里的比例已经改了"


@dataclass
class Company:
    """East and South; the space is for East, its editor is from South."""

    session: Session
    east: Department
    author: User
    expert: User
    editor: User
    stranger: User
    space: Space
    document: Document

    def mine(self, user: User) -> list[int]:
        self.session.flush()
        actor = builders.actor_of(self.session, user)
        return [row.card.id for row in queries.board(self.session, actor, queries.Wanted(queries.MINE)).rows]

    def open_to(self, *tokens: str) -> None:
        self.space.readers[0].token = tokens[0]
        self.session.flush()


@pytest.fixture
def company(session: Session) -> Company:
    east, south = builders.department(session, "华东大区"), builders.department(session, "华南大区")
    author = builders.person(session, "zuozhe", "赵一", department=east)
    expert = builders.person(session, "zhuanjia", "钱二", department=east)
    editor = builders.person(session, "bianji", "孙三", department=south)
    stranger = builders.person(session, "waiqu", "李四", department=south)
    space = builders.space(session, readers=[f"dept:{east.id}"], editors=[editor])
    document = builders.document(session, author, space, f"关于{SECRET}")
    planned(session, author, document, keeper_id=expert.id, interval_days=30)
    return Company(session, east, author, expert, editor, stranger, space, document)


@pytest.mark.databases
def test_34_what_somebody_kept_passes_on_and_nothing_is_copied(company: Company, session: Session) -> None:
    number = company.document.id
    assert (company.mine(company.expert), company.mine(company.editor)) == ([number], [])
    people.deactivate(session, system(), company.expert)
    assert company.mine(company.editor) == [number]
    people.reactivate(session, system(), company.expert)
    assert (company.mine(company.expert), company.mine(company.editor)) == ([number], [])
    company.open_to(f"user:{company.stranger.id}")
    assert (company.mine(company.expert), company.mine(company.editor)) == ([], [number])
    assert row_of(session, company.document).keeper_id == company.expert.id


@pytest.mark.databases
def test_34_every_kind_of_token_is_judged_as_when_somebody_signs_in(session: Session) -> None:
    """The keeper's side of the rule, in SQL for many items at once, says what `people_who_read` says for one."""
    east = builders.department(session, "华东大区")
    team = builders.department(session, "轮胎组", "team", east)
    south, rep = builders.department(session, "华南大区"), builders.post(session)
    author = builders.person(session, "zuozhe", "赵一")
    keepers_ = [
        builders.person(session, "k-east", "钱二", department=east),
        builders.person(session, "k-team", "孙三", department=team, post=rep),
        builders.person(session, "k-south", "李四", department=south, post=rep),
        builders.person(session, "k-editor", "周五"),
    ]
    audiences = [
        EVERYONE,
        f"dept:{east.id}",
        f"dept:{team.id}",
        "post:rep",
        f"dept:{east.id}+post:rep",
        f"user:{keepers_[2].id}",
    ]
    for place, token in enumerate(audiences):
        space = builders.space(
            session, f"space-{place}", f"空间{place}", readers=[token], editors=[keepers_[3], author]
        )
        for keeper in keepers_:
            for readers in ([], [token]):
                document = builders.document(
                    session, author, space, f"{place} {keeper.name}", readers=readers
                )
                session.add(Verification(item_id=document.id, keeper_id=keeper.id))
    session.flush()
    _same(session, _kept(session))


def _kept(session: Session) -> Sequence[tuple[int, int, bool]]:
    statement = select(Verification.item_id, Verification.keeper_id, keepers.KEEPS)
    joined = statement.join(Item, Item.id == Verification.item_id)
    return [(item_id, keeper_id or 0, bool(keeps)) for item_id, keeper_id, keeps in session.execute(joined)]


def _same(session: Session, found: Sequence[tuple[int, int, bool]]) -> None:
    items = {item.id: people_who_read(session, item) for item in session.scalars(select(Item))}
    assert {(number, keeper) for number, keeper, keeps in found if keeps} == {
        (number, keeper) for number, keeper, _keeps in found if keeper in items[number]
    }
    for number, _keeper, keeps in found:
        item = session.scalars(select(Item).where(Item.id == number)).one()
        piece = queries.piece(session, item)
        assert piece is not None
        assert (piece.keeps, piece.has_editor) == (keeps, True)
    assert {keeps for *_rest, keeps in found} == {True, False}


def test_35_the_board_names_only_what_one_reads(company: Company, client: Browser, session: Session) -> None:
    verified(session, company.expert, company.document)
    doubted(session, company.author, company.document, REASON)
    path = f"/items/{company.document.id}"
    for user, sees in ((company.author, True), (company.stranger, False)):
        client.sign_in(user.username)
        for tab in queries.TABS:
            page = client.get(f"/verification?tab={tab}").text
            assert sees or (SECRET not in page and REASON not in page)
        page = client.get("/verification?tab=doubted").text
        assert ('<span class="count">1</span>' in page) == sees
        assert client.get(f"{path}/verification").status_code == (200 if sees else 404)
        assert client.get("/verification?space=handbook").status_code == (200 if sees else 404)


def test_35_what_one_may_not_read_is_not_even_refused(
    company: Company, client: Browser, session: Session
) -> None:
    client.sign_in("waiqu")
    number = company.document.id
    sent = {"action": "plan", "item": number, "interval": "365", "keeper": company.stranger.id}
    answer = client.post("/verification/selection", data=sent, follow_redirects=True)
    assert SECRET not in answer.text
    for path in (
        f"/items/{number}/verification",
        f"/items/{number}/verification/plan",
        f"/items/{number}/doubts",
    ):
        assert client.post(path, data={"seen": "1.1", "reason": "x"}).status_code == 404
    assert row_of(session, company.document).interval_days == 30


def test_35_whoever_reads_it_doubts_it_and_only_its_people_verify_it(
    company: Company, client: Browser
) -> None:
    peer = builders.person(company.session, "tongshi", "周五", department=company.east)
    client.sign_in(peer.username)
    path = f"/items/{company.document.id}"
    assert client.post(f"{path}/verification", data={"seen": "1.1"}).status_code == 403
    assert client.post(f"{path}/verification/plan", data={"interval": "30"}).status_code == 403
    assert client.post(f"{path}/doubts", data={"reason": REASON}).status_code == 302


def test_36_reminders_reach_those_who_answer_for_it_now(
    company: Company, session: Session, portal: Portal, moment: Moment
) -> None:
    verified(session, company.expert, company.document)
    before = _told(session)
    company.open_to(f"user:{company.stranger.id}")
    session.commit()
    moment.advance(dt.timedelta(days=20))
    look_after(portal.sessions, portal.settings, moment.now)
    session.expire_all()
    told = _told(session)
    gained = {name for name in told if told[name] != before.get(name, 0)}
    assert gained == {company.editor.id}


def _told(session: Session) -> dict[int, int]:
    statement = select(Notice.user_id, func.count()).group_by(Notice.user_id)
    return {user_id: count for user_id, count in session.execute(statement)}  # noqa: C416 - the types
