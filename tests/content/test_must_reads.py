"""Must-reads: who is asked, what a signature is worth, and what a change that matters does to it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from portal.content.must_reads import census, changes, progress, queries, services
from portal.content.must_reads.models import MustRead, Signature
from portal.content.must_reads.services import Demand
from portal.content.notices.models import Notice
from portal.content.reach import people_who_read
from portal.features.documents import services as documents
from portal.features.documents.models import Document
from portal.features.documents.services import DocumentInput
from portal.kernel.actor import EVERYONE, MEMBER, PUBLISHER
from portal.kernel.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from portal.people.services import deactivate
from tests import builders
from tests.builders.documents import manuscript
from tests.builders.must_reads import TODAY, edited, must_read, signed
from tests.builders.people import system
from tests.concurrency import at_once

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.must_reads.queries import Waiting
    from portal.content.spaces.models import Space
    from portal.factory import Portal
    from portal.people.models import User
    from tests.conftest import Moment


@pytest.fixture
def editor(session: Session) -> User:
    return builders.person(session, "linyue", "林越")


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳")


@pytest.fixture
def reader(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def space(session: Session, editor: User) -> Space:
    return builders.space(session, editors=[editor])


@pytest.fixture
def document(session: Session, author: User, space: Space) -> Document:
    return builders.document(session, author, space, "信用额度管理办法", body="一、先审。\n\n二、后批。")


def waiting(session: Session, person: User) -> Waiting:
    return queries.waiting(session, builders.actor_of(session, person))


def told(session: Session, person: User) -> list[str]:
    rows = select(Notice.event).where(Notice.user_id == person.id, Notice.event.startswith("must_read."))
    return list(session.scalars(rows.order_by(Notice.id)))


@pytest.mark.databases
def test_somebody_is_asked_signs_and_is_done(
    session: Session, editor: User, reader: User, document: Document
) -> None:
    asked = must_read(session, editor, document)
    assert told(session, reader) == ["must_read.asked"]
    assert waiting(session, reader).open == 1
    signed(session, reader, asked, document)
    signed(session, reader, asked, document)
    assert session.scalar(select(func.count()).select_from(Signature)) == 1
    assert waiting(session, reader).open == 0
    page = queries.signed_by(session, builders.actor_of(session, reader), None)
    assert [task.must_read.id for task in page.rows] == [asked.id]


def test_the_author_is_never_asked(session: Session, editor: User, author: User, document: Document) -> None:
    asked = must_read(session, editor, document)
    assert (waiting(session, author).open, told(session, author)) == (0, [])
    with pytest.raises(ForbiddenError):
        signed(session, author, asked, document)


def test_nobody_is_asked_for_what_they_cannot_read(
    session: Session, editor: User, author: User, reader: User, space: Space
) -> None:
    outsider = builders.person(session, "zhaolei", "赵磊")
    secret = builders.document(session, author, space, readers=[f"user:{reader.id}", f"user:{editor.id}"])
    asked = must_read(session, editor, secret)
    reached = census.asked_of(session, secret, asked.tokens)
    assert outsider.id in reached.left_out
    assert reached.people == {reader.id, editor.id}
    assert told(session, outsider) == []
    with pytest.raises(NotFoundError):
        queries.find_one(session, builders.actor_of(session, outsider), asked.id)


def test_the_census_agrees_with_the_access_rule(
    session: Session, editor: User, author: User, reader: User
) -> None:
    """Whoever the census says may read an item is whom `reach` names, for every kind of audience."""
    east = builders.department(session)
    team = builders.department(session, "轮胎组", "team", east)
    rep = builders.post(session)
    builders.person(session, "rep", "销售", department=team, post=rep)
    builders.person(session, "boss", "经理", department=east)
    deactivate(session, system(), builders.person(session, "gone", "离职", department=east, post=rep))
    audiences = [
        (EVERYONE,),
        (f"dept:{east.id}",),
        ("post:rep",),
        (f"dept:{east.id}+post:rep",),
        (f"user:{reader.id}",),
    ]
    for number, tokens in enumerate(audiences):
        space = builders.space(
            session, f"s{number}", f"空间{number}", readers=tokens, editors=[editor, author]
        )
        counted = census.take(session)
        for readers in ((), tokens):
            item = builders.document(session, author, space, readers=readers)
            found = census.asked_of(session, item, [EVERYONE], counted).people | {author.id}
            assert found == people_who_read(session, item), (tokens, readers)


@pytest.mark.databases
def test_a_change_that_matters_asks_again_and_another_does_not(
    session: Session, editor: User, author: User, reader: User, document: Document
) -> None:
    asked = must_read(session, editor, document)
    signed(session, reader, asked, document)
    edited(session, author, document, "一、先审。\n\n二、后批。错字改了。")
    assert waiting(session, reader).open == 0
    edited(session, author, document, "一、先审。\n\n二、总监批。", material=True)
    assert waiting(session, reader).open == 1
    assert told(session, reader) == ["must_read.asked", "must_read.changed"]
    signed(session, reader, asked, document)
    assert waiting(session, reader).open == 0


def test_only_what_changed_since_the_own_signature_is_shown(
    session: Session, editor: User, author: User, reader: User, document: Document
) -> None:
    asked = must_read(session, editor, document)
    signed(session, reader, asked, document)
    edited(session, author, document, "一、先审，当天。\n\n二、后批。", material=True)
    edited(session, author, document, "一、先审，当天。\n\n二、后批。\n\n三、归档。", material=True)
    actor = builders.actor_of(session, reader)
    mine = changes.since(session, actor, document, 1)
    later = changes.since(session, actor, document, 2)
    assert mine is not None
    assert later is not None
    assert [block.kind for block in mine if block.kind not in {"same", "omitted"}] == ["changed", "added"]
    assert [block.kind for block in later if block.kind not in {"same", "omitted"}] == ["added"]


@pytest.mark.databases
def test_a_version_that_has_moved_on_cannot_be_signed(
    session: Session, editor: User, author: User, reader: User, document: Document
) -> None:
    asked = must_read(session, editor, document)
    edited(session, author, document, "错字改了。")
    signed(session, reader, asked, document, version=1)
    edited(session, author, document, "改了要紧的。", material=True)
    for wrong in (1, 2, document.version + 1):
        with pytest.raises(ConflictError):
            signed(session, reader, asked, document, version=wrong)
    assert waiting(session, reader).open == 1


def test_overdue_begins_when_the_last_day_has_ended_in_the_company(
    session: Session, editor: User, reader: User, document: Document, moment: Moment
) -> None:
    """The portal's moments are UTC; the last day ends at midnight in Shanghai, eight hours earlier."""
    must_read(session, editor, document, due=TODAY)
    moment.now = dt.datetime(2026, 11, 11, 15, 59, 59, tzinfo=dt.UTC)
    assert (waiting(session, reader).open, waiting(session, reader).overdue) == (1, 0)
    moment.advance(dt.timedelta(seconds=1))
    assert (waiting(session, reader).open, waiting(session, reader).overdue) == (1, 1)


def test_today_is_a_day_to_ask_for_and_yesterday_is_not(
    session: Session, editor: User, document: Document, moment: Moment
) -> None:
    moment.now = dt.datetime(2026, 11, 10, 16, 0, tzinfo=dt.UTC)  # midnight in Shanghai, the 11th
    for wrong in (Demand(TODAY - dt.timedelta(days=1), frozenset({EVERYONE})), Demand(TODAY, frozenset())):
        with pytest.raises(InvalidError):
            services.demand(session, builders.actor_of(session, editor), document, wrong)
    must_read(session, editor, document, due=TODAY)


@pytest.mark.databases
def test_changing_it_and_saving_the_text_at_once_wait_for_each_other_only_one_way(
    portal: Portal, session: Session, editor: User, document: Document
) -> None:
    made = must_read(session, editor, document)
    session.commit()
    actor, ids = builders.actor_of(session, editor), (made.id, document.id)
    session.commit()

    def change(own: Session) -> None:
        known, item = queries.find_one(own, actor, ids[0])
        services.change(own, actor, known, item, Demand(known.due + dt.timedelta(days=1), known.tokens))

    def save(own: Session) -> None:
        item = own.get_one(Document, ids[1])
        text = dataclasses.replace(manuscript(item.title, f"{item.version}"), is_material=True)
        documents.edit(own, actor, item, DocumentInput(text, item.space_id or 0), item.version)

    for _round in range(5):
        assert at_once(portal, [change, save]) == [None, None]
    session.expire_all()
    assert (made.required_version, made.due) == (6, TODAY + dt.timedelta(days=12))


def test_there_is_one_open_must_read_at_a_time(session: Session, editor: User, document: Document) -> None:
    actor = builders.actor_of(session, editor)
    first = must_read(session, editor, document)
    with pytest.raises(ConflictError):
        must_read(session, editor, document)
    services.close(session, actor, first, document)
    must_read(session, editor, document)
    with pytest.raises(ConflictError):
        services.reopen(session, actor, first, document)
    assert session.scalar(select(func.count()).select_from(MustRead)) == 2


def test_closing_and_opening_again_keeps_what_was_signed(
    session: Session, editor: User, author: User, reader: User, document: Document
) -> None:
    actor = builders.actor_of(session, editor)
    asked = must_read(session, editor, document)
    signed(session, reader, asked, document)
    services.close(session, actor, asked, document)
    assert waiting(session, editor).open == 0
    services.reopen(session, actor, asked, document)
    assert (waiting(session, reader).open, waiting(session, editor).open) == (0, 1)
    services.close(session, actor, asked, document)
    edited(session, author, document, "改了要紧的。", material=True)
    services.reopen(session, actor, asked, document)
    assert waiting(session, reader).open == 1


def test_what_is_withdrawn_or_deleted_leaves_lists_and_counts_at_once(
    session: Session, editor: User, author: User, reader: User, document: Document
) -> None:
    asked = must_read(session, editor, document)
    writer, boss = builders.actor_of(session, author), builders.actor_of(session, editor)
    documents.withdraw(session, writer, document)
    assert waiting(session, reader).open == 0
    documents.publish(session, writer, document)
    assert waiting(session, reader).open == 1
    documents.archive(session, writer, document)
    assert waiting(session, reader).open == 0
    assert queries.followed_by(session, boss, [], None).rows == []
    documents.delete(session, writer, document)
    with pytest.raises(NotFoundError):
        queries.find_one(session, boss, asked.id)


def test_leavers_drop_out_of_the_figures(
    session: Session, editor: User, reader: User, document: Document
) -> None:
    asked = must_read(session, editor, document)
    leaver = builders.person(session, "gone", "走了")
    actor = builders.actor_of(session, editor)

    def figures() -> tuple[int, int]:
        found = progress.of_one(session, actor, asked, document)
        assert found is not None
        return found.asked, found.signed

    signed(session, reader, asked, document)
    signed(session, leaver, asked, document)
    assert figures() == (3, 2)
    deactivate(session, system(), leaver)
    assert figures() == (2, 1)


def test_publishers_and_editors_ask_and_others_do_not(
    session: Session, author: User, reader: User, editor: User, document: Document
) -> None:
    publisher = builders.person(session, "hanbing", "韩冰", roles=frozenset({MEMBER, PUBLISHER}))
    for person in (author, reader):
        with pytest.raises(ForbiddenError):
            must_read(session, person, document)
    asked = must_read(session, publisher, document)
    services.close(session, builders.actor_of(session, editor), asked, document)
    with pytest.raises(ForbiddenError):
        services.close(session, builders.actor_of(session, reader), asked, document)
