"""Documents from the first draft to the bin and back, through their services."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.config import ROOT
from portal.content.cards import tags_of
from portal.content.manuscripts import MAX_TAGS, clean_body, clean_tags, prepare
from portal.content.records import Link, Rendering, Revision, Tag
from portal.features.documents import services
from portal.features.documents.models import Document
from portal.features.documents.services import DocumentInput, asks
from portal.kernel.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from portal.platform import access
from portal.platform.items import ARCHIVED, DELETED, DRAFT, PUBLISHED, TITLE_LENGTH, Item
from portal.platform.timeline import Entry
from tests import builders
from tests.builders.documents import manuscript

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.kernel.actor import Actor
    from portal.people.models import User
    from tests.conftest import Moment

STRINGS = ROOT.parent / "shared" / "attack" / "strings" / "blns.json"


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def colleague(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳")


@pytest.fixture
def space(session: Session) -> Space:
    return builders.space(session)


def acting(session: Session, user: User) -> Actor:
    return builders.actor_of(session, user)


def wanted(
    document: Document, body: str = "另一段。", title: str = "另一个题目", **more: object
) -> DocumentInput:
    readers: frozenset[str] = more.get("readers", frozenset())  # type: ignore[assignment]
    tags: Iterable[str] = more.get("tags", ())  # type: ignore[assignment]
    return DocumentInput(manuscript(title, body, tags), int(document.space_id or 0), readers)


def may_read(session: Session, user: User, document: Document) -> bool:
    return document.id in access.readable_ids(session, acting(session, user), [document.id])


def revisions(session: Session, document: Document) -> list[tuple[int, str]]:
    found = select(Revision.version, Revision.body).where(Revision.item_id == document.id)
    return [(version, body) for version, body in session.execute(found.order_by(Revision.version))]


@pytest.mark.databases
def test_a_draft_is_its_authors_alone(session: Session, author: User, colleague: User, space: Space) -> None:
    draft = builders.document(session, author, space, state=DRAFT)
    assert (draft.state, draft.version, draft.published_at) == (DRAFT, 1, None)
    assert may_read(session, author, draft)
    assert not may_read(session, colleague, draft)


@pytest.mark.databases
def test_a_document_goes_through_its_states(
    session: Session, author: User, colleague: User, space: Space, moment: Moment
) -> None:
    document = builders.document(session, author, space, state=DRAFT)
    seen = []
    for verb in ("publish", "withdraw", "publish", "archive", "publish", "delete", "restore"):
        moment.advance(dt.timedelta(hours=1))
        getattr(services, verb)(session, acting(session, author), document)
        session.flush()
        seen.append((document.state, may_read(session, colleague, document)))
    assert seen == [
        (PUBLISHED, True), (DRAFT, False), (PUBLISHED, True), (ARCHIVED, True), (PUBLISHED, True),
        (DELETED, False), (PUBLISHED, True),
    ]  # fmt: skip
    assert document.published_at == builders.NOW + dt.timedelta(hours=1)
    assert document.updated_at == moment.now


@pytest.mark.parametrize("state", [DRAFT, PUBLISHED, ARCHIVED])
def test_the_bin_gives_back_what_was_put_in(session: Session, author: User, space: Space, state: str) -> None:
    document = builders.document(session, author, space, state=state)
    services.delete(session, acting(session, author), document)
    assert not may_read(session, author, document)
    services.restore(session, acting(session, author), document)
    assert document.state == state


def test_a_withdrawn_document_stays_withdrawn_in_the_bin(
    session: Session, author: User, colleague: User, space: Space
) -> None:
    document = builders.document(session, author, space)
    for verb in (services.withdraw, services.delete, services.restore):
        verb(session, acting(session, author), document)
    assert document.state == DRAFT
    assert not may_read(session, colleague, document)


def test_the_timeline_says_what_was_done(session: Session, author: User, space: Space) -> None:
    document = builders.document(session, author, space)
    services.edit(session, acting(session, author), document, wanted(document), 1)
    session.flush()
    verbs = select(Entry.verb).where(Entry.item_id == document.id).order_by(Entry.id)
    assert session.scalars(verbs).all() == ["created", "published", "edited"]


REFUSED = {
    DRAFT: {"withdraw", "archive", "restore"},
    PUBLISHED: {"publish", "restore"},
    ARCHIVED: {"withdraw", "archive", "restore"},
}


@pytest.mark.parametrize("state", REFUSED)
def test_what_a_state_does_not_allow_is_refused(
    session: Session, author: User, space: Space, state: str
) -> None:
    for verb in sorted(REFUSED[state]):
        document = builders.document(session, author, space, state=state)
        with pytest.raises(ForbiddenError):
            getattr(services, verb)(session, acting(session, author), document)


def test_strangers_may_do_nothing(session: Session, author: User, colleague: User, space: Space) -> None:
    document = builders.document(session, author, space)
    stranger = acting(session, colleague)
    for verb in (services.withdraw, services.archive, services.delete):
        with pytest.raises(ForbiddenError):
            verb(session, stranger, document)
    with pytest.raises(ForbiddenError):
        services.edit(session, stranger, document, wanted(document), 1)


def test_editors_of_the_space_may_edit_what_others_wrote(
    session: Session, author: User, colleague: User
) -> None:
    space = builders.space(session, editors=[colleague])
    document = builders.document(session, author, space)
    services.edit(session, acting(session, colleague), document, wanted(document), 1)
    assert (document.author_id, document.title) == (author.id, "另一个题目")
    services.archive(session, acting(session, colleague), document)
    assert document.state == ARCHIVED


def test_a_closed_space_takes_nothing_from_others(session: Session, author: User) -> None:
    closed = builders.space(session, is_open=False)
    with pytest.raises(ForbiddenError):
        builders.document(session, author, closed)


@pytest.mark.databases
def test_every_save_is_kept(session: Session, author: User, space: Space, moment: Moment) -> None:
    document = builders.document(session, author, space, body="第 1 版")
    for version in range(1, 6):
        moment.advance(dt.timedelta(minutes=1))
        text = wanted(document, f"第 {version + 1} 版", tags=[f"标签{version}"])
        services.edit(session, acting(session, author), document, text, version)
    session.commit()
    assert revisions(session, document) == [(number, f"第 {number} 版") for number in range(1, 7)]
    newest = session.scalars(
        select(Revision).where(Revision.item_id == document.id, Revision.version == 6)
    ).one()
    assert (newest.tags, newest.author_id, newest.at) == (["标签5"], author.id, moment.now)
    rendering = session.scalars(select(Rendering).where(Rendering.item_id == document.id)).one()
    assert (rendering.version, "第 6 版" in rendering.html) == (6, True)


@pytest.mark.databases
def test_an_old_version_saves_nothing(session: Session, author: User, space: Space) -> None:
    document = builders.document(session, author, space, body="第一")
    services.edit(session, acting(session, author), document, wanted(document, "第二"), 1)
    with pytest.raises(ConflictError) as conflict:
        services.edit(session, acting(session, author), document, wanted(document, "第三"), 1)
    assert conflict.value.current.body == "第二"
    assert [body for _, body in revisions(session, document)] == ["第一", "第二"]


@pytest.mark.parametrize("expected", [0, -1, 2, 10**30])
def test_only_the_present_version_is_built_on(
    session: Session, author: User, space: Space, expected: int
) -> None:
    document = builders.document(session, author, space)
    with pytest.raises(ConflictError):
        services.edit(session, acting(session, author), document, wanted(document), expected)


@pytest.mark.databases
def test_chosen_readers_decide_instead_of_the_space(
    session: Session, author: User, colleague: User, space: Space
) -> None:
    region = builders.department(session)
    near = builders.person(session, "zhaojun", "赵军", department=region)
    document = builders.document(session, author, space, readers=[f"dept:{region.id}"])
    assert [may_read(session, user, document) for user in (author, near, colleague)] == [True, True, False]
    chosen = wanted(document, readers=frozenset({f"user:{colleague.id}"}))
    services.edit(session, acting(session, author), document, chosen, 1)
    assert [may_read(session, user, document) for user in (author, near, colleague)] == [True, False, True]
    services.edit(session, acting(session, author), document, wanted(document), 2)
    assert [may_read(session, user, document) for user in (author, near, colleague)] == [True, True, True]


@pytest.mark.databases
def test_moving_to_another_space_takes_the_replies_along(
    session: Session, author: User, colleague: User, space: Space
) -> None:
    document = builders.document(session, author, space)
    answer = builders.reply(session, colleague, document)
    closed = builders.space(session, "board", "董事会", readers=[f"user:{author.id}"])
    moved = DocumentInput(manuscript("移走的", "内容"), closed.id)
    services.edit(session, acting(session, author), document, moved, 1)
    session.commit()
    assert not may_read(session, colleague, document)
    assert session.scalar(select(Item.space_id).where(Item.id == answer.id)) == closed.id
    with pytest.raises(NotFoundError):
        access.find(session, acting(session, colleague), Item, answer.id)


def test_nobody_moves_a_document_to_where_they_may_not_write(
    session: Session, author: User, colleague: User, space: Space
) -> None:
    document = builders.document(session, author, space)
    closed = builders.space(session, "board", "董事会", readers=[f"user:{colleague.id}"])
    moved = DocumentInput(manuscript("移走的", "内容"), closed.id)
    with pytest.raises(ForbiddenError):
        services.edit(session, acting(session, author), document, moved, 1)


@pytest.mark.parametrize(
    ("title", "body", "question"),
    [
        ("白炭黑怎么分散？", "请教各位。", True),
        ("白炭黑怎么分散?", "请教各位。", True),
        ("请教", "有谁遇到过**结块**？", True),
        ("请教", "有谁遇到过结块？）\n\n", True),
        ("“怎么办？”", "已经解决。", True),
        ("已经解决", "怎么办？\n\n换供应商。", False),
        ("价格", "https://example.com/?a=1", False),
        ("", "", False),
    ],
)
def test_what_is_a_question(title: str, body: str, question: bool) -> None:
    assert asks(manuscript(title, body)) is question


def test_editing_leaves_a_question_one_unless_it_is_said(
    session: Session, author: User, space: Space
) -> None:
    document = builders.document(session, author, space, "怎么分散？")
    assert document.is_question
    services.edit(session, acting(session, author), document, wanted(document), 1)
    assert document.is_question
    services.edit(session, acting(session, author), document, replace(wanted(document), is_question=False), 2)
    assert not document.is_question


@pytest.mark.databases
def test_spellings_of_a_tag_are_one_tag(session: Session, author: User, space: Space) -> None:
    first = builders.document(
        session, author, space, tags=["ERP接口", "ＥＲＰ接口", "erp接口", "#轮胎", " 轮胎 "]
    )
    second = builders.document(session, author, space, "另一篇", tags=["Ｅｒｐ接口"])
    assert tags_of(session, [first.id, second.id]) == {first.id: ["ERP接口", "轮胎"], second.id: ["ERP接口"]}
    assert sorted(session.scalars(select(Tag.folded))) == ["erp接口", "轮胎"]


def test_a_tag_that_is_taken_off_is_gone(session: Session, author: User, space: Space) -> None:
    document = builders.document(session, author, space, tags=["轮胎", "白炭黑"])
    services.edit(session, acting(session, author), document, wanted(document, tags=["轮胎", "新"]), 1)
    assert sorted(tags_of(session, [document.id])[document.id]) == ["新", "轮胎"]


def test_there_are_at_most_twelve_tags_of_forty_characters() -> None:
    tags = clean_tags([f"标签{number}" for number in range(20)])
    assert (len(tags), tags[0], tags[-1]) == (MAX_TAGS, "标签0", "标签11")
    assert clean_tags(["长" * 100, "\x00", "##", " ", "\u3000"]) == ("长" * 40,)


def test_a_document_needs_a_title_and_a_text(session: Session, author: User, space: Space) -> None:
    with pytest.raises(InvalidError) as refused:
        builders.document(session, author, space, "", body=" \n\u3000\t")
    assert set(refused.value.fields) == {"title", "body"}
    assert session.scalars(select(Document.id)).all() == []


def test_a_title_is_one_line_of_two_hundred_characters() -> None:
    made = prepare("长" * 300 + "\n第二行", "内容")
    assert made.title == "长" * TITLE_LENGTH
    assert prepare("第一\r\n第二\x00\x1b", "内容").title == "第一 第二"


@pytest.mark.databases
def test_control_characters_do_no_harm(session: Session, author: User, space: Space) -> None:
    body = clean_body("".join(map(chr, range(32))) + "\x7f\x80\u2028\ufeff\ud800\U0010ffff后面")
    document = builders.document(session, author, space, "控制\x01字符", body=body)
    session.commit()
    session.expire_all()
    assert document.body == body
    assert ("\x00" in body, "\r" in body, body.endswith("后面")) == (False, False, True)


@pytest.mark.databases
@pytest.mark.skipif(not STRINGS.exists(), reason="the naughty strings are not at hand")
def test_naughty_strings_come_back_as_they_were(session: Session, author: User, space: Space) -> None:
    strings: list[str] = json.loads(STRINGS.read_text("utf-8"))
    assert len(strings) > 400
    texts = ["\n".join(strings[at : at + 25]) for at in range(0, len(strings), 25)]
    made = [builders.document(session, author, space, "题目", body=clean_body(text)) for text in texts]
    session.commit()
    session.expire_all()
    stored = {row.id: row.body for row in session.execute(select(Document.id, Document.body))}
    wrong = [
        text for text, document in zip(texts, made, strict=True) if stored[document.id] != clean_body(text)
    ]
    assert wrong == []
    assert all(clean_body(text) == text for text in texts if "\r" not in text and "\x00" not in text)


@pytest.mark.databases
def test_a_link_to_a_number_that_no_item_can_have_is_left_out(
    session: Session, author: User, space: Space
) -> None:
    body = "[甲](/items/999999999999999999) [乙](/items/7) [丙](/items/7#reply-8)"
    document = builders.document(session, author, space, body=body)
    session.commit()
    assert session.scalars(select(Link.target_id).where(Link.source_id == document.id)).all() == [7]
