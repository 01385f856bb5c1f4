"""Who reads the files of a document: scenarios 26 to 28 of `permissions.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.content.attachments import services
from portal.features.documents import services as documents
from portal.features.documents.services import DocumentInput
from portal.kernel.errors import ForbiddenError
from tests import builders
from tests.architecture.test_permissions import EVERYBODY, WORD, Company, check, company
from tests.builders import attachments as files
from tests.builders.browser import Browser
from tests.builders.documents import manuscript

if TYPE_CHECKING:
    from portal.content.attachments.models import Attachment
    from portal.features.documents.models import Document

__all__ = ["company"]  # a fixture, which pytest finds by its name


def attached(company: Company, document: Document) -> Attachment:
    made = files.attachment(
        company.portal,
        company.session,
        company.users["author"],
        document,
        "报告.pdf",
        files.pdf("amber masterbatch"),
    )
    company.session.commit()
    files.read_all(company.portal)
    return named(company, made)


def named(company: Company, made: Attachment) -> Attachment:
    """The word that the company's checks look for stands in no Latin PDF: it is put beside its text."""
    company.session.expire_all()
    made.body += f" {WORD}"
    company.session.commit()
    return made


def served_to(company: Company, made: Attachment) -> set[str]:
    """Who gets the file by its address, its page and the drawing of its first page."""
    company.session.commit()
    served = set()
    for name in EVERYBODY:
        browser = company.app.test_client()
        assert isinstance(browser, Browser)
        browser.sign_in(company.users[name].username)
        base = f"/attachments/{made.id}"
        answers = {browser.get(f"{base}{rest}").status_code for rest in ("", "/files/1", "/files/1/pages/1")}
        assert answers in ({200}, {404}), f"{name}: {answers}"
        served |= {name} if answers == {200} else set()
    return served


def test_26_a_file_follows_its_document(company: Company) -> None:
    document = company.document(company.space(company.dept("east")))
    made = attached(company, document)
    readers = {"author", "peer", "east", "editor"}
    check(company, made, readers)
    assert served_to(company, made) == readers
    for name in ("peer", "east"):
        actor = builders.actor_of(company.session, company.users[name])
        with pytest.raises(ForbiddenError):
            services.remove(company.session, actor, made)
    services.remove(company.session, builders.actor_of(company.session, "u-editor"), made)
    assert served_to(company, made) == set()


def test_27_a_file_follows_what_becomes_of_its_document(company: Company) -> None:
    document = company.document(company.space("all"))
    made = attached(company, document)
    assert served_to(company, made) == set(EVERYBODY)
    actor = builders.actor_of(company.session, "u-author")
    wanted = DocumentInput(manuscript("题", "文"), document.space_id or 0, company.only("south"))
    documents.edit(company.session, actor, document, wanted, document.version)
    check(company, made, {"author", "south"})
    documents.withdraw(company.session, actor, document)
    assert served_to(company, made) == {"author"}
    documents.delete(company.session, actor, document)
    check(company, made, set(), index=False)
    assert served_to(company, made) == set()
    documents.restore(company.session, actor, document)
    assert served_to(company, made) == {"author"}


def test_28_a_file_that_nothing_holds_is_its_owners(company: Company) -> None:
    owner = builders.actor_of(company.session, "u-author")
    taken = files.taken(company.portal, "报告.pdf", files.pdf("amber"))
    made = services.keep(company.session, owner, taken)
    company.session.commit()
    files.read_all(company.portal)
    named(company, made)
    check(company, made, {"author"})
    assert served_to(company, made) == {"author"}
    space = company.space("all")
    thief = builders.actor_of(company.session, "u-peer")
    documents.create(
        company.session, thief, DocumentInput(manuscript("题", "文"), space.id, attachments=(made.id,))
    )
    assert made.holder_id is None
    with pytest.raises(ForbiddenError):
        services.remove(company.session, thief, made)
