"""Retiring a phrase: it is found in what was written before and in what is written from now on, and counted down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.content.notices.models import Notice
from portal.content.retired import queries, services
from portal.content.retired.models import Finding
from portal.content.retired.services import PhraseInput
from portal.content.verification.models import Verification
from portal.features.documents import services as documents
from portal.features.documents.services import DocumentInput
from portal.kernel.errors import ForbiddenError, InvalidError
from tests import builders
from tests.builders.documents import manuscript
from tests.builders.phrases import look_through, retired

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.factory import Portal
    from portal.features.documents.models import Document
    from portal.people.models import User

OLD = "现在的含税价 12,800 元，十天内有效。"
NEW = "现在的含税价 13,200 元，十天内有效。"


def change(session: Session, author: User, document: Document, body: str) -> None:
    """Save another text of a document."""
    wanted = DocumentInput(manuscript(document.title, body), document.space_id or 0)
    documents.edit(session, builders.actor_of(session, author), document, wanted, document.version)
    session.flush()


def count(session: Session, user: User, phrase_id: int) -> queries.Count:
    """How far the clearing has come in somebody's eyes."""
    return queries.counts(session, builders.actor_of(session, user)).get(phrase_id, queries.Count())


@pytest.mark.databases
def test_what_was_written_before_is_found_everywhere(
    portal: Portal, session: Session, publisher: User, author: User, space: Space
) -> None:
    by_text = builders.document(session, author, space, "报价", body=OLD)
    builders.document(session, author, space, "含税价 12,800 元的说明")
    builders.document(session, author, space, "别的")
    builders.document(session, author, space, "草稿", body=OLD, state="draft")
    builders.reply(session, author, by_text, "客户问含税价１２，８００元还有没有效。")
    phrase = retired(session, publisher)
    told = look_through(portal, session, phrase)
    found = {finding.item_id: finding for finding in session.scalars(select(Finding))}
    assert len(found) == 4
    assert found[by_text.id].places == ["text"]
    assert "12,800" in found[by_text.id].excerpt
    assert told[-1]["done"] == told[-1]["total"]
    assert phrase.scanned_at is not None


@pytest.mark.databases
def test_the_count_goes_down_to_zero_as_texts_are_changed_and_up_again_when_it_comes_back(
    portal: Portal, session: Session, publisher: User, author: User, space: Space
) -> None:
    first = builders.document(session, author, space, "报价", body=OLD)
    second = builders.document(session, author, space, "报价二", body=OLD)
    phrase = retired(session, publisher)
    look_through(portal, session, phrase)
    assert count(session, publisher, phrase.id) == queries.Count(still=2)
    change(session, author, first, NEW)
    assert count(session, publisher, phrase.id) == queries.Count(still=1, gone=1)
    change(session, author, second, NEW)
    assert count(session, publisher, phrase.id) == queries.Count(gone=2)
    change(session, author, second, OLD)
    assert count(session, publisher, phrase.id) == queries.Count(still=1, gone=1)


def test_a_text_saved_after_the_retirement_is_found_at_once(
    session: Session, publisher: User, author: User, space: Space
) -> None:
    phrase = retired(session, publisher)
    builders.document(session, author, space, "报价", body=OLD)
    assert count(session, author, phrase.id) == queries.Count(still=1, mine=1)


def test_everybody_who_answers_for_something_gets_one_task(
    portal: Portal, session: Session, publisher: User, author: User, space: Space
) -> None:
    for number in range(3):
        builders.document(session, author, space, f"报价 {number}", body=OLD)
    phrase = retired(session, publisher)
    look_through(portal, session, phrase)
    look_through(portal, session, phrase)
    notices = session.scalars(select(Notice)).all()
    assert [(notice.user_id, notice.data["count"]) for notice in notices] == [(author.id, 3)]


def test_the_texts_of_a_leaver_fall_to_the_editors_of_the_space(
    portal: Portal, session: Session, publisher: User, author: User, space: Space
) -> None:
    builders.document(session, author, space, "报价", body=OLD)
    author.is_active = False
    phrase = retired(session, publisher)
    look_through(portal, session, phrase)
    assert count(session, publisher, phrase.id).mine == 1
    assert session.scalars(select(Notice.user_id)).all() == [publisher.id]


def test_an_excused_text_does_not_count_and_counts_again(
    portal: Portal, session: Session, publisher: User, author: User, space: Space
) -> None:
    document = builders.document(session, author, space, "合同摘录", body=OLD)
    phrase = retired(session, publisher)
    look_through(portal, session, phrase)
    actor = builders.actor_of(session, author)
    finding, item = queries.find_finding(session, actor, phrase.id, document.id)
    with pytest.raises(InvalidError):
        services.excuse(session, actor, finding, item, "  ")
    services.excuse(session, actor, finding, item, "合同原文，不能改")
    session.flush()
    assert count(session, author, phrase.id) == queries.Count(excused=1)
    services.accuse(session, actor, finding, item)
    session.flush()
    assert count(session, author, phrase.id).still == 1


def test_only_publishers_and_administrators_retire(session: Session, author: User) -> None:
    with pytest.raises(ForbiddenError):
        retired(session, author)


@pytest.mark.parametrize(("phrase", "replacement"), [("元", ""), ("  ", ""), ("含税价", "新含税价")])
def test_what_cannot_be_retired_is_refused(
    session: Session, publisher: User, phrase: str, replacement: str
) -> None:
    actor = builders.actor_of(session, publisher)
    with pytest.raises(InvalidError):
        services.retire(session, actor, PhraseInput(phrase, replacement, "调价"))


def test_the_same_phrase_is_retired_once_whatever_its_dress(session: Session, publisher: User) -> None:
    retired(session, publisher)
    with pytest.raises(InvalidError):
        retired(session, publisher, "含税价 １２,８００ 元")


def test_a_withdrawn_phrase_warns_nobody_and_can_be_renewed(
    portal: Portal, session: Session, publisher: User, author: User, space: Space
) -> None:
    phrase = retired(session, publisher)
    actor = builders.actor_of(session, publisher)
    services.withdraw(session, actor, phrase)
    document = builders.document(session, author, space, "报价", body=OLD)
    assert queries.on_item(session, document.id) == []
    services.renew(session, actor, phrase)
    look_through(portal, session, phrase)
    assert [row.phrase for row in queries.on_item(session, document.id)] == ["含税价 12,800 元"]


def test_whoever_keeps_a_text_true_gets_the_task_too(
    portal: Portal, session: Session, publisher: User, author: User, space: Space
) -> None:
    keeper = builders.person(session, "zhaolei", "赵磊")
    before = builders.document(session, author, space, "报价", body=OLD)
    session.add(Verification(item_id=before.id, keeper_id=keeper.id))
    phrase = retired(session, publisher)
    look_through(portal, session, phrase)
    assert count(session, keeper, phrase.id).mine == 1
    assert set(session.scalars(select(Notice.user_id))) == {author.id, keeper.id}


def test_editors_are_told_of_what_they_read_when_its_author_has_left(
    portal: Portal, session: Session, publisher: User, author: User, space: Space
) -> None:
    builders.document(session, author, space, "草稿", body=OLD, state="draft")
    builders.document(session, author, space, "少数人的", body=OLD, readers=[f"user:{author.id}"])
    builders.document(session, author, space, "大家的", body=OLD)
    author.is_active = False
    phrase = retired(session, publisher)
    look_through(portal, session, phrase)
    told = session.scalars(select(Notice.data).where(Notice.user_id == publisher.id)).all()
    assert [data["count"] for data in told] == [1]
