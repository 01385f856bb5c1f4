"""What the tests of the API play with: a reader with a token, an author, and one document of every sort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.orm import Session

from portal.content.spaces.models import Space
from portal.features.documents.models import Document
from portal.people.models import User
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from tests.builders.browser import Browser

PROBLEM = "application/problem+json"


@dataclass
class World:
    """One document of every sort that the reader may or may not see."""

    session: Session
    reader: User
    author: User
    handbook: Space
    secret: str
    open: Document
    draft: Document
    foreign: Document
    restricted: Document
    archived: Document

    @property
    def hidden(self) -> list[Document]:
        return [self.draft, self.foreign, self.restricted]


def make(session: Session) -> World:
    author = builders.person(session, "wangfang", "王芳")
    reader = builders.person(session)
    handbook = builders.space(session)
    board = builders.space(session, "board", "董事会", readers=[f"user:{author.id}"])
    made = World(
        session=session,
        reader=reader,
        author=author,
        handbook=handbook,
        secret=builders.token(session, reader),
        open=builders.document(session, author, handbook, "白炭黑的分散", tags=["工艺", "ＱＡ"]),
        draft=builders.document(session, author, handbook, "白炭黑草稿", state="draft"),
        foreign=builders.document(session, author, board, "白炭黑涨价"),
        restricted=builders.document(session, author, handbook, "白炭黑底价", readers=[f"user:{author.id}"]),
        archived=builders.document(session, author, handbook, "白炭黑旧版", state="archived"),
    )
    session.commit()
    return made


@pytest.fixture
def world(session: Session) -> World:
    return make(session)


@pytest.fixture
def api(client: Browser, world: World) -> Browser:
    """A program with the reader's token."""
    return client.use_token(world.secret)


@pytest.fixture
def indexed(api: Browser, worker: Callable[[], int]) -> Browser:
    """The same, when the index knows of everything."""
    worker()
    return api


def read(client: Browser, path: str) -> Any:  # noqa: ANN401 - JSON
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def titles(client: Browser, path: str) -> list[str]:
    return [item["title"] for item in read(client, path)["items"]]


def is_refused(answer: TestResponse, status: int = 401) -> bool:
    return (answer.status_code, answer.content_type) == (status, PROBLEM)
