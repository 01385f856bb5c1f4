"""Scenarios 29 to 33 of `permissions.md`: who sees what waits for review, and who decides on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.content.notices.models import Notice
from portal.content.spaces.models import Space, SpaceEditor
from portal.factory import Portal
from portal.features.documents import policy, services
from portal.features.documents.reviews import queries, queue
from portal.features.documents.reviews.reminding import forget_lost
from portal.features.documents.services import DocumentInput
from portal.kernel.actor import ADMINISTRATOR, EVERYONE
from portal.kernel.errors import ForbiddenError, NotFoundError
from portal.people.models import User
from portal.platform import access
from portal.platform.items import DRAFT
from tests import builders
from tests.builders.browser import Browser
from tests.builders.documents import manuscript
from tests.builders.reviews import approved, returned, reviewed, submitted, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.features.documents.models import Document
    from portal.features.documents.reviews.models import ChangeRequest
    from portal.kernel.actor import Actor

EVERYBODY = ("author", "peer", "editor", "other", "admin")
SECRET = "琥珀色母粒"


@dataclass
class Company:
    """`editor` edits the space, `other` another one; `admin` administers and edits none."""

    session: Session
    app: Flask
    portal: Portal
    users: dict[str, User]
    space: Space
    elsewhere: Space

    def who(self, name: str) -> User:
        return self.users[name]

    def readers(self, document: Document) -> set[str]:
        self.session.flush()
        read = {
            name: access.readable_ids(self.session, self.actor(name), [document.id]) for name in EVERYBODY
        }
        return {name for name, found in read.items() if found}

    def actor(self, name: str) -> Actor:
        return builders.actor_of(self.session, self.users[name])

    def sees(self, request: ChangeRequest, names: Iterable[str]) -> None:
        """These see the request, by every way in, and nobody else."""
        self.session.commit()
        for name in EVERYBODY:
            assert set(self._ways(name, request).values()) == {name in set(names)}, (
                name,
                self._ways(name, request),
            )

    def _ways(self, name: str, request: ChangeRequest) -> dict[str, bool]:
        actor, browser = self.actor(name), self.browser(name)
        base = f"/reviews/{request.id}"
        try:
            queries.find(self.session, actor, request.id)
            found = True
        except NotFoundError:
            found = False
        lists = "".join(browser.get(path).text for path in ("/reviews", "/reviews?tab=mine"))
        counted = queue.counts(self.session, actor)
        remark = browser.post(f"{base}/remarks", data={"body": "看一下"}).status_code
        document = browser.get(f"/documents/{request.item_id}").text
        return {
            "found": found,
            "page": browser.get(base).status_code == 200,
            "lists": f'href="{base}"' in lists,
            "counts": sum(counted) > 0,
            "remark": remark == 302,
            "banner": f"{base}" in document,
        }

    def browser(self, name: str) -> Browser:
        made = self.app.test_client()
        assert isinstance(made, Browser)
        return made.sign_in(self.users[name].username)


@pytest.fixture
def company(session: Session, app: Flask, portal: Portal) -> Company:
    users = {name: builders.person(session, f"u-{name}", f"某{name}") for name in EVERYBODY[:-1]}
    users["admin"] = builders.person(session, "u-admin", "管理", roles=frozenset({"member", ADMINISTRATOR}))
    space = reviewed(session, builders.space(session, "tested", "受测空间", editors=[users["editor"]]))
    elsewhere = builders.space(session, "elsewhere", "别处", editors=[users["other"]])
    return Company(session, app, portal, users, space, elsewhere)


def test_29_a_document_in_review(company: Company) -> None:
    session, author, editor = company.session, company.who("author"), company.who("editor")
    document = builders.document(session, author, company.space, f"关于{SECRET}", state=DRAFT)
    request = submitted(session, author, document)
    assert company.readers(document) == {"author", "editor"}
    company.sees(request, {"author", "editor"})
    returned(session, editor, request, document)
    assert company.readers(document) == {"author"}
    request = submitted(session, author, document)
    approved(session, editor, request, document)
    assert company.readers(document) == set(EVERYBODY)


def test_30_a_proposed_change(company: Company) -> None:
    session = company.session
    document = builders.document(session, company.who("editor"), company.space)
    request = suggestion(session, company.who("author"), document)
    company.sees(request, {"author", "editor"})
    told = session.scalars(select(Notice.user_id).where(Notice.event.like("review.%"))).all()
    assert set(told) <= {company.who("author").id, company.who("editor").id}


def test_30_where_nothing_is_reviewed_the_author_decides_too(company: Company) -> None:
    session = company.session
    own = builders.document(session, company.who("peer"), company.elsewhere)
    company.sees(suggestion(session, company.who("author"), own), {"author", "peer", "other"})


def test_31_whoever_loses_the_document_keeps_the_own_words(company: Company) -> None:
    session, author = company.session, company.who("author")
    document = builders.document(session, company.who("editor"), company.space)
    request = suggestion(session, author, document, f"我写的{SECRET}")
    company.space.readers[0].token = f"user:{company.who('peer').id}"
    session.commit()
    browser = company.browser("author")
    assert browser.get(f"/reviews/{request.id}").status_code == 404
    assert browser.get(f"/reviews/{request.id}/edit").status_code == 404
    mine = browser.get("/reviews?tab=mine").text
    assert f'href="/reviews/{request.id}"' not in mine
    assert f'href="/reviews/{request.id}/text"' in mine
    assert SECRET in browser.get(f"/reviews/{request.id}/text").text
    assert queue.counts(session, company.actor("author")) == (0, 0, 0)
    assert company.browser("peer").get(f"/reviews/{request.id}/text").status_code == 404
    assert company.browser("editor").get(f"/reviews/{request.id}/text").status_code == 404


def test_32_a_request_goes_where_its_document_goes(company: Company) -> None:
    session, author = company.session, company.who("author")
    draft = builders.document(session, author, company.space, state=DRAFT)
    request = submitted(session, author, draft)
    wanted = DocumentInput(manuscript(draft.title), company.elsewhere.id)
    services.edit(session, company.actor("author"), draft, wanted, draft.version)
    assert company.readers(draft) == {"author", "other"}
    company.sees(request, {"author", "other"})
    # So it does when others take over the space.
    company.elsewhere.editors = [SpaceEditor(user_id=company.who("peer").id)]
    company.sees(request, {"author", "peer"})
    # And with it go the notices of those who decided before.
    forget_lost(company.portal.sessions)
    told = session.scalars(select(Notice.user_id).where(Notice.event == "review.sent")).all()
    assert not {company.who("editor").id, company.who("other").id} & set(told)


def test_33_nobody_publishes_or_changes_past_review(company: Company) -> None:
    session, author, editor = company.session, company.who("author"), company.who("editor")
    draft = builders.document(session, author, company.space, state=DRAFT)
    with pytest.raises(ForbiddenError):
        services.publish(session, company.actor("author"), draft)
    request = submitted(session, author, draft)
    for name in ("author", "admin", "peer", "other"):
        with pytest.raises(ForbiddenError):
            approved(session, company.who(name), request, draft)
    approved(session, editor, request, draft)
    assert not policy.may_edit(company.actor("author"), draft)
    # Not even when the space is no longer the author's to read.
    company.space.readers[0].token = f"user:{company.who('peer').id}"
    session.flush()
    assert not policy.may_edit(company.actor("author"), draft)
    assert policy.may_edit(company.actor("editor"), draft)
    own = builders.document(session, author, company.elsewhere)
    company.space.readers[0].token = EVERYONE
    session.flush()
    wanted = DocumentInput(manuscript(own.title), company.space.id)
    with pytest.raises(ForbiddenError):
        services.edit(session, company.actor("author"), own, wanted, own.version)
    answers = {
        path: company.browser("peer").post(path).status_code
        for path in (f"/documents/{draft.id}/review", f"/documents/{draft.id}/publication")
    }
    assert set(answers.values()) == {403}
