"""Scenarios 23 to 25 of permissions.md: earlier versions and unfinished texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from portal.content.records import Revision
from portal.content.spaces.models import SpaceEditor
from portal.features.documents import services
from portal.platform.items import DRAFT
from tests import builders
from tests.builders.people import administrator
from tests.builders.writing import edited

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.features.documents.models import Document
    from portal.people.models import User
    from tests.builders.browser import Browser

ALL = ("author", "peer", "late", "editor", "admin")


@pytest.fixture
def people(session: Session) -> dict[str, User]:
    made = {name: builders.person(session, name, name) for name in ("author", "peer", "late", "editor")}
    return made | {"admin": administrator(session, "admin", "admin")}


@pytest.fixture
def document(session: Session, people: dict[str, User]) -> Document:
    """Version 1 and 2 as a draft, 3 for chosen readers, 4 and 5 for everyone."""
    space = builders.space(session, editors=[people["editor"]])
    made = builders.document(session, people["author"], space, "题", body="草稿一", state=DRAFT)
    edited(session, people["author"], made, "草稿二")
    edited(session, people["author"], made, "给同伴的", readers=[f"user:{people['peer'].id}"])
    services.publish(session, builders.actor_of(session, "author"), made)
    edited(session, people["author"], made, "给大家的")
    return edited(session, people["author"], made, "给大家的，改过")


def seen(client: Browser, name: str, document: Document) -> set[int]:
    """The versions that somebody opens; the history and the comparison say the same."""
    client.sign_in(name)
    base = f"/items/{document.id}/revisions"
    opened = {n for n in range(1, document.version + 1) if client.get(f"{base}/{n}").status_code == 200}
    history = client.get(base).text
    assert {n for n in range(1, document.version + 1) if f'{base}/{n}"' in history} == opened
    newest = document.version
    compared = {n for n in range(1, newest + 1) if client.get(f"{base}/{n}..{newest}").status_code == 200}
    assert compared == opened
    return opened


@pytest.mark.databases
def test_23_versions_are_for_those_who_could_read_them(client: Browser, document: Document) -> None:
    expected = {
        "author": {1, 2, 3, 4, 5},
        "peer": {3, 4, 5},
        "late": {4, 5},
        "editor": {4, 5},
        "admin": {4, 5},
    }
    assert {name: seen(client, name, document) for name in ALL} == expected


def test_23_what_was_shown_before_a_withdrawal_stays_shown(
    client: Browser, document: Document, session: Session, people: dict[str, User]
) -> None:
    actor = builders.actor_of(session, "author")
    services.withdraw(session, actor, document)
    edited(session, people["author"], document, "又是草稿")
    services.publish(session, actor, document)
    edited(session, people["author"], document, "第二次发布以后")
    assert seen(client, "late", document) == {4, 5, 6, 7}
    services.withdraw(session, actor, document)
    session.commit()
    assert client.sign_in("late").get(f"/items/{document.id}/revisions/5").status_code == 404


def test_23_who_no_longer_reads_the_document_reads_no_version(
    client: Browser, document: Document, session: Session, people: dict[str, User]
) -> None:
    edited(session, people["author"], document, "又只给同伴", readers=[f"user:{people['peer'].id}"])
    session.commit()
    for name in ("late", "editor", "admin"):
        client.sign_in(name)
        for rest in ("", "/5", "/4..5", "/comparison?before=4&after=5"):
            assert client.get(f"/items/{document.id}/revisions{rest}").status_code == 404


def test_23_a_new_editor_begins_with_what_is_current(
    client: Browser, document: Document, session: Session, people: dict[str, User]
) -> None:
    space = builders.space_of(session, "handbook")
    space.editors.append(SpaceEditor(user_id=people["late"].id))
    session.commit()
    assert seen(client, "late", document) == {4, 5}


def test_23_a_version_remembers_its_readers(session: Session, document: Document) -> None:
    kept = select(Revision.audience).where(Revision.item_id == document.id).order_by(Revision.version)
    audiences = [set(tokens) for tokens in session.scalars(kept)]
    author = f"user:{document.author_id}"
    assert audiences[:2] == [{author}, {author}]
    assert all(f"space:{document.space_id}" in tokens for tokens in audiences[3:])


def test_24_restoring_is_editing_what_one_may_see(
    client: Browser, document: Document, session: Session
) -> None:
    path = f"/documents/{document.id}/versions"
    assert client.sign_in("late").post(f"{path}/4/restoration").status_code == 403
    assert client.sign_in("editor").post(f"{path}/1/restoration").status_code == 404
    assert client.sign_in("editor").post(f"{path}/4/restoration").status_code == 302
    session.refresh(document)
    assert document.body == "给大家的"
    assert seen(client, "late", document) == {4, 5, 6}


def test_25_unfinished_texts_are_their_writers(client: Browser, document: Document) -> None:
    sent = {
        "subject": f"document:{document.id}", "form": "f", "path": f"/documents/{document.id}/edit",
        "fields": {"title": ["私下的题目"], "body": ["还没写完"]}, "version": 5,
    }  # fmt: skip
    assert client.sign_in("editor").post("/drafts", json=sent).status_code == 200
    for name in ("author", "peer", "late", "admin"):
        client.sign_in(name)
        for address in (
            "/drafts",
            "/",
            f"/documents/{document.id}",
            f"/drafts/offers?subject=document:{document.id}",
        ):
            assert "私下的题目" not in client.get(address).get_data(as_text=True)
    assert "私下的题目" in client.sign_in("editor").get("/drafts").text
