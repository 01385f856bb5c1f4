"""The bin: who sees what in it, what restoring and purging do."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from portal.content import files
from portal.content.files import Discarded
from portal.content.images import services as images
from portal.content.images.models import StoredImage
from portal.content.records import Revision
from portal.content.replies import services as replies
from portal.features.documents import services
from portal.features.documents.binning import queries
from portal.features.documents.binning import services as binning
from portal.features.documents.models import Document
from portal.kernel.errors import ForbiddenError, NotFoundError
from portal.platform import access, audit
from portal.platform.audit import AuditRow
from portal.platform.items import Item
from portal.platform.pictures import Picture
from tests import builders
from tests.builders.documents import manuscript

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.config import Settings
    from portal.content.spaces.models import Space
    from portal.factory import Portal
    from portal.people.models import User
    from tests.builders.browser import Browser
    from tests.conftest import Moment

MONTH = dt.timedelta(days=31)


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session)


@pytest.fixture
def editor(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳")


@pytest.fixture
def space(session: Session, editor: User) -> Space:
    return builders.space(session, editors=[editor])


def delete(session: Session, user: User, document: Document) -> None:
    services.delete(session, builders.actor_of(session, user), document)
    session.flush()


def titles(session: Session, user: User) -> list[str]:
    rows = queries.binned(session, builders.actor_of(session, user), None, mine=False).rows
    return [row.title for row in rows]


@pytest.mark.databases
def test_the_author_and_the_editors_of_the_space_see_what_was_deleted(
    session: Session, author: User, editor: User, space: Space
) -> None:
    other = builders.person(session, "zhaoliu", "赵六")
    delete(session, author, builders.document(session, author, space, "旧价目表"))
    assert titles(session, author) == titles(session, editor) == ["旧价目表"]
    assert titles(session, other) == []


def test_editors_see_neither_deleted_drafts_nor_what_was_for_others(
    session: Session, author: User, editor: User, space: Space
) -> None:
    other = builders.person(session, "zhaoliu", "赵六")
    draft = builders.document(session, author, space, "草稿", state="draft")
    chosen = builders.document(session, author, space, "给赵六", readers=[f"user:{other.id}"])
    for document in (draft, chosen):
        delete(session, author, document)
    assert titles(session, editor) == []
    for document in (draft, chosen):
        with pytest.raises(NotFoundError):
            access.find_deleted(session, builders.actor_of(session, editor), Document, document.id)
    assert set(titles(session, author)) == {"草稿", "给赵六"}


def test_a_restored_document_has_left_the_bin(session: Session, author: User, space: Space) -> None:
    document = builders.document(session, author, space)
    delete(session, author, document)
    services.restore(session, builders.actor_of(session, author), document)
    session.flush()
    assert titles(session, author) == []
    assert access.find(session, builders.actor_of(session, author), Document, document.id)


def test_a_deleted_reply_is_in_the_bin_without_a_title_that_one_may_not_read(
    session: Session, author: User, editor: User, space: Space
) -> None:
    document = builders.document(session, author, space, "价格政策")
    answer = builders.reply(session, editor, document)
    replies.remove(session, builders.actor_of(session, editor), answer)
    row = queries.binned(session, builders.actor_of(session, editor), None, mine=True).rows[0]
    assert (row.kind, row.holder_title, row.deleted_by) == ("reply", "价格政策", "王芳")
    services.withdraw(session, builders.actor_of(session, author), document)
    session.flush()
    row = queries.binned(session, builders.actor_of(session, editor), None, mine=True).rows[0]
    assert (row.holder_id, row.holder_title) == (None, "")


@pytest.mark.databases
def test_purging_removes_every_trace_but_the_record(
    session: Session, portal: Portal, settings: Settings, author: User, space: Space
) -> None:
    document = builders.document(session, author, space, "绝密")
    actor = builders.actor_of(session, author)
    first = builders.reply(session, author, document)
    builders.reply(session, author, document, parent=first)
    picture = images.keep(session, actor, settings.uploads_path, Picture(b"x", "image/png", 1, 1))
    text = manuscript("绝密", f"![](/images/{picture.key})")
    services.edit(session, actor, document, services.DocumentInput(text, space.id), 1)
    path = images.path(settings.uploads_path, picture.key)
    session.commit()
    portal.follower.catch_up()
    delete(session, author, document)
    number = document.id
    binning.purge(session, actor, document)
    session.commit()
    for table in (Item, Revision, StoredImage):
        assert session.scalar(select(func.count()).select_from(table)) == 0 or table is Item
    assert session.scalar(select(Item.id).where(Item.kind != "person")) is None
    row = session.scalars(select(AuditRow).where(AuditRow.act == "item.purged")).one()
    assert (row.subject, row.data) == (f"item:{number}", {"kind": "document", "replies": 2})
    assert list(audit.verify(session)) == []
    assert path.exists()
    session.commit()
    files.sweep(portal.sessions, settings, actor.now)
    assert not path.exists()
    assert session.scalar(select(func.count()).select_from(Discarded)) == 0
    again = builders.document(session, author, space, "新的")
    assert again.id > number


def test_the_index_hears_of_what_was_purged_before_it_looked(
    session: Session, portal: Portal, author: User, space: Space
) -> None:
    document = builders.document(session, author, space, "琥珀")
    session.commit()
    portal.follower.catch_up()
    before = portal.engine.cursor()
    delete(session, author, document)
    binning.purge(session, builders.actor_of(session, author), document)
    session.commit()
    assert portal.follower.catch_up() == 1
    assert portal.engine.cursor() > before
    assert portal.follower.catch_up() == 0


@pytest.mark.databases
def test_the_routine_purges_what_has_lain_long_enough(
    session: Session, portal: Portal, settings: Settings, moment: Moment, author: User, space: Space
) -> None:
    old, fresh = (builders.document(session, author, space, title) for title in ("老", "新"))
    answer = builders.reply(session, author, fresh)
    delete(session, author, old)
    replies.remove(session, builders.actor_of(session, author), answer)
    moment.advance(MONTH)
    delete(session, author, fresh)
    session.commit()
    binning.purge_due(portal.sessions, settings, moment.now)
    session.expire_all()
    assert titles(session, author) == ["新"]
    session.commit()
    binning.purge_due(portal.sessions, settings, moment.now)
    assert titles(session, author) == ["新"]


def test_only_what_lies_in_the_bin_is_purged(session: Session, author: User, space: Space) -> None:
    document = builders.document(session, author, space)
    with pytest.raises(ForbiddenError):
        binning.purge(session, builders.actor_of(session, author), document)


def test_the_pages_of_the_bin(client: Browser, session: Session, author: User, space: Space) -> None:
    document = builders.document(session, author, space, "旧价目表")
    number = document.id
    client.sign_in(author.username)
    assert "回收站是空的" in client.get("/bin").text
    client.post(f"/documents/{number}/deletion")
    page = client.get("/bin")
    assert "旧价目表" in page.text
    assert "还剩 30 天" in page.text
    assert "旧价目表" in client.get(f"/bin/{number}").text
    assert client.post(f"/bin/{number}/purges").status_code == 302
    assert client.get(f"/bin/{number}").status_code == 404
    assert client.get(f"/documents/{number}").status_code == 404
