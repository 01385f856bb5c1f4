"""What points to what, and what one is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.content import links
from portal.features.documents import services
from portal.platform.items import ARCHIVED, DRAFT
from tests import builders
from tests.telling import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.features.documents.models import Document
    from portal.people.models import User
    from tests.builders.browser import Browser

SECRET = "并购计划"
UNKNOWN = "收购方案"


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def reader(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳")


@pytest.fixture
def space(session: Session) -> Space:
    return builders.space(session)


@pytest.fixture
def board(session: Session, author: User) -> Space:
    """A space that the author alone reads."""
    return builders.space(session, "board", "董事会", readers=[f"user:{author.id}"])


def pointing(session: Session, user: User, document: Document) -> list[str]:
    session.flush()
    return [card.title for card in links.backlinks(session, builders.actor_of(session, user), document)]


def related(session: Session, user: User, document: Document) -> list[str]:
    session.flush()
    return [card.title for card in links.related(session, builders.actor_of(session, user), document)]


@pytest.mark.databases
def test_what_points_here_by_number_or_title(session: Session, author: User, space: Space) -> None:
    target = builders.document(session, author, space, "白炭黑手册")
    builders.document(session, author, space, "按标题", body="见 [[白炭黑手册]]。")
    builders.document(session, author, space, "按编号", body=f"见 [手册](/items/{target.id})。")
    builders.document(session, author, space, "两样都有", body=f"[[白炭黑手册]] [它](/items/{target.id})")
    builders.document(session, author, space, "别的", body="见 [[另一本]]。")
    assert sorted(pointing(session, author, target)) == sorted(["两样都有", "按编号", "按标题"])


@pytest.mark.databases
def test_what_one_may_not_read_points_nowhere(
    session: Session, author: User, reader: User, space: Space, board: Space
) -> None:
    target = builders.document(session, author, space, "白炭黑手册")
    builders.document(session, author, board, SECRET, body="见 [[白炭黑手册]]。")
    builders.document(session, author, space, "草稿", body="见 [[白炭黑手册]]。", state=DRAFT)
    builders.document(session, author, space, "旧的", body="见 [[白炭黑手册]]。", state=ARCHIVED)
    assert pointing(session, reader, target) == []
    assert pointing(session, author, target) == [SECRET]


def test_links_follow_the_text(session: Session, author: User, space: Space) -> None:
    target = builders.document(session, author, space, "白炭黑手册")
    source = builders.document(session, author, space, "来源", body="见 [[白炭黑手册]]。")
    wanted = services.DocumentInput(builders.documents.manuscript("来源", "什么也不见。"), space.id)
    services.edit(session, builders.actor_of(session, author), source, wanted, 1)
    assert pointing(session, author, target) == []


def test_a_document_does_not_point_to_itself(session: Session, author: User, space: Space) -> None:
    assert pointing(session, author, builders.document(session, author, space, "甲", body="[[甲]]")) == []


@pytest.mark.databases
def test_a_rare_tag_says_more_than_a_common_one(session: Session, author: User, space: Space) -> None:
    for number in range(5):
        builders.document(session, author, space, f"常见 {number}", tags=["轮胎"])
    builders.document(session, author, space, "稀有", tags=["气相法"])
    document = builders.document(session, author, space, "本文", tags=["轮胎", "气相法"])
    found = related(session, author, document)
    assert (found[0], len(found)) == ("稀有", 5)
    assert "本文" not in found


@pytest.mark.databases
def test_what_one_may_not_read_is_not_related(
    session: Session, author: User, reader: User, space: Space, board: Space
) -> None:
    document = builders.document(session, author, space, "本文", tags=["气相法"])
    builders.document(session, author, board, SECRET, tags=["气相法"])
    assert related(session, reader, document) == []
    assert related(session, author, document) == [SECRET]


@pytest.mark.databases
def test_a_title_leads_to_the_newest_readable_document(session: Session, author: User, space: Space) -> None:
    builders.document(session, author, space, "同名")
    newest = builders.document(session, author, space, "同名")
    builders.document(session, author, space, "同名", state=DRAFT)
    session.flush()
    assert links.by_title(session, builders.actor_of(session, author), "同名") == newest.id


@pytest.mark.databases
def test_a_title_leads_to_ones_own_draft_when_there_is_nothing_else(
    session: Session, author: User, reader: User, space: Space
) -> None:
    draft = builders.document(session, author, space, "同名", state=DRAFT)
    session.flush()
    assert links.by_title(session, builders.actor_of(session, author), "同名") == draft.id
    assert links.by_title(session, builders.actor_of(session, reader), "同名") is None


@pytest.mark.databases
def test_nobody_can_tell_an_unreadable_title_from_an_unknown_one(
    session: Session, author: User, reader: User, space: Space, board: Space, client: Browser,
    worker: Callable[[], int],
) -> None:  # fmt: skip
    builders.document(session, author, board, SECRET)
    builders.document(session, author, space, "来源", body="白炭黑")
    session.commit()
    worker()
    client.sign_in(reader.username)
    answers = [followed(client, title) for title in (SECRET, UNKNOWN)]
    assert len(SECRET) == len(UNKNOWN)
    assert answers[0] == answers[1]


def followed(client: Browser, title: str) -> tuple[int, str, str]:
    """Where a title leads and what is shown there."""
    answer = client.get("/go", query_string={"title": title})
    shown = client.get(answer.headers["Location"])
    return answer.status_code, told(answer.headers["Location"], title), told(shown.text, title)


@pytest.mark.databases
def test_any_title_leads_somewhere(author: User, client: Browser) -> None:
    client.sign_in(author.username)
    for title in ("", "\x00", "a\x00b", "白\u2028黑", "长" * 5_000, "%", "😀"):
        assert client.get("/go", query_string={"title": title}).status_code == 302, title
