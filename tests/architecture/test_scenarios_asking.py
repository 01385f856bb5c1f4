"""The scenarios of must-reads and questions in `permissions.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.content.must_reads import census, changes, progress, queries
from portal.content.questions import queries as questions
from portal.content.questions import services as asking
from portal.content.spaces import services as spaces
from portal.content.spaces.services import SpaceInput
from portal.features.documents import services as documents
from portal.kernel.actor import EVERYONE, MEMBER, PUBLISHER
from portal.kernel.errors import ForbiddenError, NotFoundError
from tests import builders
from tests.builders.must_reads import edited, must_read, signed
from tests.builders.people import administrator, system

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.people.models import User


@pytest.fixture
def editor(session: Session) -> User:
    return builders.person(session, "editor", "吴六")


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session, "author", "赵一")


@pytest.fixture
def peer(session: Session) -> User:
    return builders.person(session, "peer", "钱二")


@pytest.fixture
def space(session: Session, editor: User) -> Space:
    return builders.space(session, editors=[editor])


def open_count(session: Session, person: User) -> int:
    return queries.waiting(session, builders.actor_of(session, person)).open


def test_37_nobody_is_asked_for_what_they_may_not_read(
    session: Session, editor: User, author: User, peer: User, space: Space
) -> None:
    document = builders.document(session, author, space)
    must_read(session, editor, document)
    assert open_count(session, peer) == 1
    closed = SpaceInput(
        "手册", "", "", is_open=True, readers=frozenset({f"user:{author.id}"}), editors=frozenset({editor.id})
    )
    spaces.change(session, system(), space, closed)
    session.flush()
    assert open_count(session, peer) == 0
    assert queries.to_sign(session, builders.actor_of(session, peer)) == []
    spaces.change(
        session,
        system(),
        space,
        SpaceInput(
            "手册", "", "", is_open=True, readers=frozenset({EVERYONE}), editors=frozenset({editor.id})
        ),
    )
    session.flush()
    documents.delete(session, builders.actor_of(session, author), document)
    assert open_count(session, peer) == 0


def test_38_only_editors_and_publishers_who_read_it_ask(
    session: Session, editor: User, author: User, peer: User, space: Space
) -> None:
    boss = administrator(session)
    publisher = builders.person(session, "publisher", "周五", roles=frozenset({MEMBER, PUBLISHER}))
    document = builders.document(session, author, space, readers=[f"user:{editor.id}", f"user:{peer.id}"])
    for person in (author, peer, boss):
        with pytest.raises(ForbiddenError):
            must_read(session, person, document)
    asked = must_read(session, editor, document)
    with pytest.raises(NotFoundError):
        queries.find_one(session, builders.actor_of(session, publisher), asked.id)


def test_39_progress_shows_a_manager_the_own_line_alone(
    session: Session, editor: User, author: User, peer: User, space: Space
) -> None:
    manager = builders.person(session, "manager", "孙三")
    report = builders.person(session, "report", "李四", manager=manager)
    below = builders.person(session, "below", "王五", manager=report)
    document = builders.document(session, author, space)
    asked = must_read(session, editor, document)
    signed(session, below, asked, document)

    def seen(person: User) -> tuple[set[int], int] | None:
        found = progress.of_one(session, builders.actor_of(session, person), asked, document)
        return ({row.person.id for row in found.rows}, found.signed) if found else None

    everybody = census.asked_of(session, document, [EVERYONE]).people
    assert seen(editor) == (set(everybody), 1)
    assert seen(manager) == ({report.id, below.id}, 1)
    assert seen(report) == ({below.id}, 1)
    assert seen(peer) is None
    assert seen(administrator(session)) is None


def test_40_what_changed_is_compared_only_with_what_one_could_read(
    session: Session, editor: User, author: User, peer: User, space: Space
) -> None:
    """A signature under a version from before one's time opens nothing of it."""
    document = builders.document(session, author, space, body="内情。", readers=[f"user:{editor.id}"])
    asked = must_read(session, editor, document)
    opened = documents.DocumentInput(builders.documents.manuscript(document.title, "公开的。"), space.id)
    documents.edit(session, builders.actor_of(session, author), document, opened, 1)
    signed(session, peer, asked, document, version=1)
    edited(session, author, document, "公开的，改过。", material=True)
    assert changes.since(session, builders.actor_of(session, peer), document, 1) is None
    assert changes.since(session, builders.actor_of(session, editor), document, 1) is not None


def test_41_a_question_goes_only_to_those_who_may_read_it(
    session: Session, editor: User, author: User, peer: User, space: Space
) -> None:
    for person in (editor, peer):
        builders.document(session, person, space, "白炭黑", tags=["白炭黑"])
    asked = builders.document(
        session, author, space, "白炭黑？", tags=["白炭黑"], readers=[f"user:{editor.id}"]
    )
    people = {each.user_id for each in questions.asked(session, builders.actor_of(session, author), asked)}
    assert people == {editor.id}
    for_peer = questions.counts(session, builders.actor_of(session, peer))
    assert set(for_peer.values()) == {0}


def test_42_reasons_count_what_the_reader_may_read(
    session: Session, editor: User, author: User, peer: User, space: Space
) -> None:
    hidden = builders.space(session, "board", "经营会", readers=[f"user:{peer.id}", f"user:{editor.id}"])
    builders.document(session, peer, hidden, "底价", tags=["白炭黑"])
    silent = builders.document(session, author, space, "白炭黑？", tags=["白炭黑"])
    assert questions.asked(session, builders.actor_of(session, author), silent) == []
    builders.document(session, peer, space, "白炭黑分散", tags=["白炭黑"])
    asked = builders.document(session, author, space, "白炭黑！？", tags=["白炭黑"])
    shown = {
        person.username: questions.asked(session, builders.actor_of(session, person), asked)[
            0
        ].reason.documents
        for person in (author, editor)
    }
    assert shown == {"author": 1, "editor": 2}
    ranked = asking.candidates(session, builders.actor_of(session, author), asked)
    assert [reason.documents for _user_id, reason in ranked] == [1]
