"""Scenarios 43 to 46 of `permissions.md`: nobody is told of what they may not read."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import pytest

from portal.content.notices import outbox, sending
from portal.features.documents import services as documents
from portal.features.documents.services import DocumentInput
from tests import builders
from tests.builders.documents import manuscript
from tests.builders.notices import MINUTES, follow, tell_followers, told

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.config import Settings
    from portal.content.spaces.models import Space
    from portal.factory import Portal
    from portal.features.documents.models import Document
    from portal.people.models import User
    from tests.builders.browser import Browser
    from tests.conftest import Moment

WORD = "琥珀色母粒"


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳", email="wangfang@example.com")


@pytest.fixture
def reader(session: Session) -> User:
    return builders.person(session, "liming", "李明", email="liming@example.com")


@pytest.fixture
def space(session: Session, portal: Portal) -> Space:
    made = builders.space(session)
    tell_followers(portal, session)
    return made


def give(session: Session, author: User, document: Document, *readers: User) -> None:
    """Choose its readers anew."""
    tokens = frozenset(f"user:{each.id}" for each in (author, *readers))
    wanted = DocumentInput(manuscript(document.title), document.space_id or 0, tokens)
    documents.edit(session, builders.actor_of(session, author), document, wanted, document.version)


def seen(client: Browser) -> tuple[int, bool, bool]:
    """How much is new, and whether the item is named in the inbox or among what one follows."""
    count = client.get("/inbox/count").json
    assert count
    named = [WORD in client.get(path).text for path in ("/inbox?show=all", "/following")]
    return int(count["new"]), named[0], named[1]


def test_43_lost_access_takes_notices_along_and_brings_them_back(
    client: Browser, session: Session, author: User, reader: User, space: Space
) -> None:
    document = builders.document(session, author, space, WORD)
    first = builders.reply(session, reader, document)
    builders.reply(session, author, document, parent=first)
    client.sign_in("liming")
    assert seen(client) == (1, True, True)
    give(session, author, document)
    assert seen(client) == (0, False, False)
    give(session, author, document, reader)
    assert seen(client) == (1, True, True)


@pytest.mark.databases
def test_44_following_tells_only_of_what_one_may_read(
    portal: Portal, session: Session, author: User, reader: User, space: Space
) -> None:
    for sort, target in (("space", space.id), ("tag", "轮胎"), ("person", author.id)):
        follow(session, reader, sort, target)
    builders.document(session, author, space, WORD, tags=["轮胎"], readers=[f"user:{author.id}"])
    builders.document(session, author, space, "公开的", tags=["轮胎"])
    tell_followers(portal, session)
    assert told(session, reader) == ["watched.published"]


def test_45_a_mention_tells_readers_and_says_to_its_writer_alone_who_is_none(
    client: Browser, session: Session, author: User, reader: User
) -> None:
    closed = builders.space(session, "closed", "内部", readers=[f"user:{author.id}"], editors=[author])
    data = {"title": WORD, "body": "请@李明看", "space": closed.id, "action": "publish"}
    assert (
        "李明看不到这份内容"
        in client.sign_in("wangfang").post("/documents", data=data, follow_redirects=True).text
    )
    assert told(session, reader) == []
    assert seen(client.sign_in("liming")) == (0, False, False)


def test_46_mails_are_written_under_the_rights_of_the_moment_and_stop_links_show_nothing(
    portal: Portal,
    client: Browser,
    session: Session,
    author: User,
    reader: User,
    space: Space,
    moment: Moment,
) -> None:
    document = builders.document(session, author, space, WORD)
    first = builders.reply(session, reader, document)
    builders.reply(session, author, document, parent=first)
    session.commit()
    settings = _with_mail(portal)
    moment.advance(2 * MINUTES)
    outbox.gather(portal.sessions, settings, moment.now)
    written = [sending.write(portal.sessions, settings, moment.now, number) for number in (1, 2)]
    assert all(letter and WORD in letter.subject for letter in written)
    links = [re.search(r"/mail/stops/[\w.-]+", letter.text) for letter in written if letter]
    give(session, author, document)
    session.commit()
    kept = {
        letter.to
        for number in (1, 2)
        if (letter := sending.write(portal.sessions, settings, moment.now, number))
    }
    assert kept == {"wangfang@example.com"}
    for link in links:
        assert link
        page = client.get(link[0])
        assert page.status_code == 200
        assert WORD not in page.text
        assert "王芳" not in page.text


def _with_mail(portal: Portal) -> Settings:
    return dataclasses.replace(
        portal.settings,
        public_url="https://wiki.example.com",
        smtp_host="127.0.0.1",
        smtp_from="p@example.com",
    )
