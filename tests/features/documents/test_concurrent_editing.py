"""Several people at one document at the same moment: nothing is lost, nothing is shown, nobody waits for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.content.records import Revision
from portal.content.replies import services as replies
from portal.content.replies.models import Reply
from portal.content.revisions.merging import has_conflicts, merge, merged
from portal.features.documents import services
from portal.features.documents.models import Document
from portal.features.documents.services import DocumentInput
from portal.kernel.errors import ConflictError, ForbiddenError
from portal.people.models import User
from portal.platform.access import unscoped
from portal.platform.items import DRAFT, Audience, Item
from tests import builders
from tests.builders.documents import manuscript
from tests.concurrency import at_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from portal.factory import Portal

    Act = Callable[[Session], object]

ROUNDS = 40
MANY, SOME = 1000, 100
FEW = 12


@pytest.fixture
def document(any_portal: Portal) -> int:
    """A published document with one reply; Wang Fang edits its space."""
    with any_portal.sessions.begin() as session:
        author, editor = builders.person(session), builders.person(session, "wangfang", "王芳")
        made = builders.document(session, author, builders.space(session, editors=[editor]), body="第 1 版")
        builders.reply(session, editor, made)
        return made.id


def read(session: Session, item_id: int) -> Document:
    return session.scalars(unscoped(Document).where(Document.id == item_id)).one()


def editing(
    item_id: int, username: str, body: str, expected: int, readers: frozenset[str] = frozenset()
) -> Act:
    def act(session: Session) -> int:
        document = read(session, item_id)
        wanted = DocumentInput(manuscript("题目", body), document.space_id or 0, readers)
        services.edit(session, builders.actor_of(session, username), document, wanted, expected)
        return document.version

    return act


def moving(item_id: int, verb: str, username: str = "liming") -> Act:
    def act(session: Session) -> str:
        document = read(session, item_id)
        getattr(services, verb)(session, builders.actor_of(session, username), document)
        return document.state

    return act


def answering(item_id: int) -> Act:
    def act(session: Session) -> int:
        return builders.reply(session, read_author(session), read(session, item_id)).id

    return act


def removing_every_reply(item_id: int) -> Act:
    def act(session: Session) -> None:
        for answer in session.scalars(
            unscoped(Reply).where(Reply.holder_id == item_id, Item.state == "published")
        ):
            replies.remove(session, builders.actor_of(session, "wangfang"), answer)

    return act


def read_author(session: Session) -> User:
    return session.scalars(select(User).where(User.username == "wangfang")).one()


def version_of(portal: Portal, item_id: int) -> int:
    with portal.sessions() as session:
        return read(session, item_id).version


def state_of(portal: Portal, item_id: int) -> str:
    with portal.sessions() as session:
        return read(session, item_id).state


def refused(outcomes: list[object]) -> list[type[Exception]]:
    return [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)]


@pytest.mark.slow
def test_of_two_editors_one_wins_each_round(any_portal: Portal, document: int) -> None:
    texts = {1: "第 1 版"}
    for version in range(1, ROUNDS + 1):
        bodies = [f"第 {version} 轮，李明", f"第 {version} 轮，王芳"]
        outcomes = at_once(
            any_portal,
            [
                editing(document, name, body, version)
                for name, body in zip(("liming", "wangfang"), bodies, strict=True)
            ],
        )
        assert refused(outcomes) == [ConflictError]
        texts[version + 1] = bodies[outcomes.index(version + 1)]
    with any_portal.sessions() as session:
        kept = select(Revision.version, Revision.body).where(Revision.item_id == document)
        assert {row.version: row.body for row in session.execute(kept)} == texts
        assert read(session, document).body == texts[ROUNDS + 1]


@pytest.mark.slow
def test_in_a_thousand_rounds_two_people_lose_nothing(any_portal: Portal, document: int) -> None:
    """Both save at once, one is refused, merges and saves: after each round the words of both stand in the text."""
    people = ("liming", "wangfang")
    rounds = MANY if any_portal.settings.url.startswith("sqlite") else SOME
    at_once(any_portal, [editing(document, "liming", shared({}), 1)])
    words: dict[str, str] = {}
    for number in range(rounds):
        base = shared(words)
        texts = [shared({**words, name: f"{name} 第 {number} 轮"}) for name in people]
        version = 2 + 2 * number
        acts = [editing(document, *pair, version) for pair in zip(people, texts, strict=True)]
        outcomes = at_once(any_portal, acts)
        assert refused(outcomes) == [ConflictError]
        loser = next(place for place in (0, 1) if isinstance(outcomes[place], ConflictError))
        parts = merge(base, texts[loser], texts[1 - loser])
        assert not has_conflicts(parts)
        at_once(any_portal, [editing(document, people[loser], merged(parts), version + 1)])
        words = {name: f"{name} 第 {number} 轮" for name in people}
        with any_portal.sessions() as session:
            saved = read(session, document)
            assert (saved.version, saved.body) == (version + 2, shared(words))
    with any_portal.sessions() as session:
        kept = session.scalars(select(Revision.body).where(Revision.item_id == document)).all()
    said = "\n".join(kept)
    assert [name for name in people for number in range(rounds) if f"{name} 第 {number} 轮" not in said] == []


def shared(words: dict[str, str]) -> str:
    """A text in which each of two people keeps a paragraph, one below the other."""
    return f"# 交接\n\n{words.get('liming', '李明还没写')}\n\n{words.get('wangfang', '王芳还没写')}\n"


def test_the_loser_sees_what_the_winner_saved(any_portal: Portal, document: int) -> None:
    with any_portal.sessions() as session:
        stale = read(session, document)
        assert stale.body == "第 1 版"
        session.commit()
        at_once(any_portal, [editing(document, "wangfang", "王芳的", 1)])
        mine = DocumentInput(manuscript("题目", "李明的"), stale.space_id or 0)
        with pytest.raises(ConflictError) as conflict:
            services.edit(session, builders.actor_of(session, "liming"), stale, mine, 1)
        assert (conflict.value.current.body, conflict.value.current.version) == ("王芳的", 2)


def test_saving_beside_a_withdrawal_shows_the_draft_to_nobody(any_portal: Portal, document: int) -> None:
    """The editor has read the document while it was published; the author takes it back before the editor saves."""
    for _ in range(FEW):
        version = version_of(any_portal, document)
        at_once(any_portal, [moving(document, "withdraw"), editing(document, "wangfang", "改过的", version)])
        with any_portal.sessions() as session:
            found = read(session, document)
            tokens = set(session.scalars(select(Audience.token).where(Audience.item_id == document)))
            assert (found.state, tokens) == (DRAFT, {f"user:{found.author_id}"})
        at_once(any_portal, [moving(document, "publish")])


def test_what_has_just_been_deleted_is_not_withdrawn(any_portal: Portal, document: int) -> None:
    for _ in range(FEW):
        outcomes = at_once(any_portal, [moving(document, "delete"), moving(document, "withdraw")])
        assert state_of(any_portal, document) == "deleted"
        assert set(refused(outcomes)) <= {ForbiddenError}
        at_once(any_portal, [moving(document, "restore")])
        if state_of(any_portal, document) == DRAFT:
            at_once(any_portal, [moving(document, "publish")])


def test_replies_deletions_and_readers_do_not_wait_for_each_other(any_portal: Portal, document: int) -> None:
    """Each of these locks the document, the change log and the record of acts; none may do so in an order of its own."""
    for round_ in range(FEW):
        version = version_of(any_portal, document)
        readers = frozenset({"all"}) if round_ % 2 else frozenset()
        outcomes = at_once(any_portal, [
            answering(document),
            removing_every_reply(document),
            editing(document, "liming", f"第 {round_} 轮", version, readers),
            moving(document, "archive", "wangfang"),
        ])  # fmt: skip
        assert set(refused(outcomes)) <= {ForbiddenError}, outcomes
        at_once(any_portal, [moving(document, "publish")])


def test_replies_at_once_are_all_counted(any_portal: Portal, document: int) -> None:
    outcomes = at_once(any_portal, [answering(document) for _ in range(6)])
    assert refused(outcomes) == []
    with any_portal.sessions() as session:
        assert read(session, document).reply_count == 7


def test_the_same_new_tag_at_once_is_one_tag(any_portal: Portal, document: int) -> None:
    def tagging(number: int) -> Act:
        def act(session: Session) -> int:
            space = builders.space_of(session, "handbook")
            return builders.document(
                session, read_author(session), space, f"第 {number} 篇", tags=["新标签"]
            ).id

        return act

    del document
    outcomes = at_once(any_portal, [tagging(number) for number in range(6)])
    assert refused(outcomes) == []
