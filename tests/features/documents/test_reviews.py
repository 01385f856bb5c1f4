"""Review: what is published or changed only after somebody else has looked at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.content.notices.models import Notice
from portal.content.records import Revision
from portal.features.documents import policy, services
from portal.features.documents.reviews import deciding, queue
from portal.features.documents.reviews import services as reviews
from portal.features.documents.reviews.models import APPROVED, OPEN, RETURNED, WITHDRAWN, ChangeRequest, Step
from portal.features.documents.services import DocumentInput
from portal.kernel.errors import ConflictError, ForbiddenError, InvalidError
from portal.platform.audit import AuditRow
from portal.platform.items import ARCHIVED, DRAFT, IN_REVIEW, PUBLISHED
from portal.platform.timeline import Entry
from tests import builders
from tests.builders.documents import BODY, manuscript
from tests.builders.reviews import approved, returned, reviewed, submitted, suggestion
from tests.concurrency import at_once

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.factory import Portal
    from portal.people.models import User


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def editor(session: Session) -> User:
    return builders.person(session, "linyue", "林悦")


@pytest.fixture
def second(session: Session) -> User:
    return builders.person(session, "chenxi", "陈曦")


@pytest.fixture
def space(session: Session, editor: User, second: User) -> Space:
    return reviewed(session, builders.space(session, editors=[editor, second]))


def told(session: Session, user: User) -> list[str]:
    return list(session.scalars(select(Notice.event).where(Notice.user_id == user.id).order_by(Notice.id)))


def verbs(session: Session, item_id: int) -> list[str]:
    return list(session.scalars(select(Entry.verb).where(Entry.item_id == item_id).order_by(Entry.id)))


@pytest.mark.databases
def test_an_author_sends_for_review_what_an_editor_publishes(
    session: Session, author: User, editor: User, space: Space
) -> None:
    document = builders.document(session, author, space, state=DRAFT)
    with pytest.raises(ForbiddenError):
        services.publish(session, builders.actor_of(session, author), document)
    request = submitted(session, author, document)
    assert (document.state, request.state, told(session, editor)) == (IN_REVIEW, OPEN, ["review.sent"])
    approved(session, editor, request, document)
    assert (document.state, request.state, document.published_at) == (PUBLISHED, APPROVED, builders.NOW)
    assert verbs(session, document.id) == ["created", "submitted", "published", "approved"]
    assert told(session, author) == ["review.approved"]
    assert "review.approved" in session.scalars(select(AuditRow.act)).all()


@pytest.mark.parametrize("is_returned", [True, False])
@pytest.mark.parametrize(("is_changed", "state"), [(True, DRAFT), (False, ARCHIVED)])
def test_what_was_archived_is_not_shown_again_with_a_text_that_nobody_approved(
    session: Session, author: User, editor: User, space: Space, *, is_returned: bool, is_changed: bool, state: str
) -> None:  # fmt: skip
    document = builders.document(session, author, space, state=DRAFT)
    approved(session, editor, submitted(session, author, document), document)
    actor = builders.actor_of(session, author)
    services.archive(session, actor, document)
    request = submitted(session, author, document)
    if is_changed:
        wanted = DocumentInput(manuscript(document.title, "没人看过的话。"), space.id)
        services.edit(session, actor, document, wanted, document.version)
    if is_returned:
        returned(session, editor, request, document)
    else:
        reviews.withdraw(session, actor, request, document)
    assert document.state == state


def test_editors_publish_directly(session: Session, editor: User, space: Space) -> None:
    assert builders.document(session, editor, space).state == PUBLISHED


@pytest.mark.databases
def test_sent_back_mended_and_sent_again(session: Session, author: User, editor: User, space: Space) -> None:
    document = builders.document(session, author, space, state=DRAFT)
    request = submitted(session, author, document)
    returned(session, editor, request, document, "请补上批号。")
    assert (document.state, request.state, request.reason) == (DRAFT, RETURNED, "请补上批号。")
    assert told(session, author) == ["review.returned"]
    again = submitted(session, author, document)
    assert (again.id, again.state, document.state) == (request.id, OPEN, IN_REVIEW)
    steps = session.scalars(select(Step.verb).where(Step.request_id == request.id).order_by(Step.id)).all()
    assert steps == ["sent", "returned", "resubmitted"]


def test_a_reason_is_required(session: Session, author: User, editor: User, space: Space) -> None:
    document = builders.document(session, author, space, state=DRAFT)
    request = submitted(session, author, document)
    with pytest.raises(InvalidError):
        returned(session, editor, request, document, "  \n ")
    assert document.state == IN_REVIEW


def test_the_author_takes_it_back_and_sends_it_again(session: Session, author: User, space: Space) -> None:
    document = builders.document(session, author, space, state=DRAFT)
    request = submitted(session, author, document)
    reviews.withdraw(session, builders.actor_of(session, author), request, document)
    assert (document.state, request.state) == (DRAFT, WITHDRAWN)
    assert submitted(session, author, document).id != request.id


def test_an_archived_document_goes_back_to_the_archive(
    session: Session, author: User, editor: User, space: Space
) -> None:
    document = builders.document(session, author, space, state=DRAFT)
    approved(session, editor, submitted(session, author, document), document)
    services.archive(session, builders.actor_of(session, author), document)
    request = submitted(session, author, document)
    returned(session, editor, request, document)
    assert document.state == "archived"


def test_sent_twice_is_one_request(session: Session, author: User, editor: User, space: Space) -> None:
    document = builders.document(session, author, space, state=DRAFT)
    assert submitted(session, author, document).id == submitted(session, author, document).id
    assert told(session, editor) == ["review.sent"]


def test_what_the_author_writes_meanwhile_has_to_be_seen(
    session: Session, author: User, editor: User, space: Space
) -> None:
    document = builders.document(session, author, space, state=DRAFT)
    request = submitted(session, author, document)
    seen = document.version
    wanted = DocumentInput(manuscript(document.title, "换成别的内容"), space.id)
    services.edit(session, builders.actor_of(session, author), document, wanted, document.version)
    assert document.state == IN_REVIEW
    with pytest.raises(ConflictError):
        deciding.approve(session, builders.actor_of(session, editor), request, document, seen)
    approved(session, editor, request, document)
    assert document.state == PUBLISHED


def test_nobody_approves_their_own(session: Session, author: User, space: Space, editor: User) -> None:
    document = builders.document(session, author, space, state=DRAFT)
    request = submitted(session, author, document)
    space.editors[0].user_id = author.id  # meanwhile she edits the space, with one other
    session.flush()
    with pytest.raises(ForbiddenError):
        approved(session, author, request, document)
    space.editors.remove(next(each for each in space.editors if each.user_id != author.id))
    session.flush()
    approved(session, author, request, document)
    row = session.scalars(select(AuditRow).where(AuditRow.act == "review.approved")).one()
    assert row.data["own"] is True
    del editor


@pytest.mark.databases
def test_a_published_document_changes_by_request(
    session: Session, author: User, editor: User, space: Space
) -> None:
    document = builders.document(session, editor, space)
    actor = builders.actor_of(session, author)
    assert policy.may_suggest(actor, document)
    request = suggestion(session, author, document, title="白炭黑分散不良：先看批号")
    assert (document.version, told(session, editor)) == (1, ["review.sent"])
    approved(session, editor, request, document)
    assert (document.version, document.title) == (2, "白炭黑分散不良：先看批号")
    revision = session.scalars(select(Revision).where(Revision.version == 2)).one()
    assert revision.author_id == author.id
    edits = select(Entry.actor_id).where(Entry.item_id == document.id, Entry.verb == "edited")
    assert session.scalars(edits).all() == [author.id]
    assert told(session, author) == ["review.approved"]


def test_its_own_author_asks_too_where_documents_are_reviewed(
    session: Session, author: User, editor: User, space: Space
) -> None:
    document = builders.document(session, author, space, state=DRAFT)
    approved(session, editor, submitted(session, author, document), document)
    actor = builders.actor_of(session, author)
    assert (policy.may_edit(actor, document), policy.may_suggest(actor, document)) == (False, True)
    wanted = DocumentInput(manuscript(document.title, "换掉"), space.id)
    with pytest.raises(ForbiddenError):
        services.edit(session, actor, document, wanted, document.version)


def test_where_nothing_is_reviewed_the_author_decides_on_suggestions(
    session: Session, author: User, second: User
) -> None:
    open_space = builders.space(session, "open", "开放空间")
    document = builders.document(session, author, open_space)
    request = suggestion(session, second, document)
    assert told(session, author) == ["review.sent"]
    approved(session, author, request, document)
    assert document.body == request.body


def test_a_suggestion_that_changes_nothing_is_refused(
    session: Session, author: User, editor: User, space: Space
) -> None:
    document = builders.document(session, editor, space)
    with pytest.raises(InvalidError):
        suggestion(session, author, document, BODY)


def test_outdated_has_to_be_brought_up_to_date_first(
    session: Session, author: User, editor: User, space: Space
) -> None:
    document = builders.document(session, editor, space)
    request = suggestion(session, author, document)
    actor = builders.actor_of(session, editor)
    moved = DocumentInput(manuscript("换了题目", document.body), space.id)
    services.edit(session, actor, document, moved, 1)
    with pytest.raises(ConflictError):
        approved(session, editor, request, document)
    merged = manuscript("换了题目", request.body)
    deciding.update(session, actor, request, document, merged, (request.version, document.version))
    approved(session, editor, request, document)
    assert (document.title, document.version) == ("换了题目", 3)


def test_a_suggestion_is_revised_and_the_old_one_can_no_longer_be_approved(
    session: Session, author: User, editor: User, space: Space
) -> None:
    document = builders.document(session, editor, space)
    request = suggestion(session, author, document)
    seen = request.version
    wanted = DocumentInput(manuscript(document.title, "第二个想法"), space.id)
    actor = builders.actor_of(session, author)
    reviews.revise(session, actor, request, document, wanted, (seen, document.version))
    text = manuscript(request.title, request.body)
    with pytest.raises(ConflictError):
        deciding.approve(session, builders.actor_of(session, editor), request, document, seen, text)
    with pytest.raises(ConflictError):
        reviews.revise(session, actor, request, document, wanted, (seen, document.version))


def test_no_published_document_moves_past_review(session: Session, author: User, space: Space) -> None:
    open_space = builders.space(session, "open", "开放空间")
    document = builders.document(session, author, open_space)
    wanted = DocumentInput(manuscript(document.title), space.id)
    actor = builders.actor_of(session, author)
    with pytest.raises(ForbiddenError):
        services.edit(session, actor, document, wanted, 1)


def test_what_waits_for_whom(session: Session, author: User, editor: User, space: Space) -> None:
    draft = builders.document(session, author, space, "第一", state=DRAFT)
    submitted(session, author, draft)
    other = builders.document(session, editor, space, "第二")
    suggestion(session, author, other)
    editing, writing = builders.actor_of(session, editor), builders.actor_of(session, author)
    assert queue.counts(session, editing) == (2, 0, 0)
    assert queue.counts(session, writing) == (0, 0, 2)
    rows = queue.page(session, editing, queue.waiting_for(editing), None, ascending=True).rows
    assert [row.title for row in rows] == ["第一", "第二"]


@pytest.mark.databases
def test_two_editors_decide_at_once(
    any_portal: Portal, session: Session, author: User, editor: User, second: User, space: Space
) -> None:
    document = builders.document(session, author, space, state=DRAFT)
    request = submitted(session, author, document)
    session.commit()

    def approve(opened: Session, who: User) -> None:
        found = opened.get_one(ChangeRequest, request.id)
        item = opened.get_one(type(document), document.id)
        actor = builders.actor_of(opened, who.username)
        deciding.approve(opened, actor, found, item, 1)

    acts = [lambda opened, who=who: approve(opened, who) for who in (editor, second)]
    outcomes = at_once(any_portal, acts)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ConflictError", "NoneType"]
    session.expire_all()
    assert verbs(session, document.id).count("approved") == 1
