"""Who reads templates and what was filled in: scenarios 19 to 22 of `permissions.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from portal.content.templates import fillings, queries, records, services
from portal.content.templates.models import Filling
from portal.content.templates.records import Narrowing
from portal.kernel.actor import MEMBER, PUBLISHER
from portal.platform import access
from portal.platform.items import Item
from tests import builders
from tests.architecture.test_permissions import EVERYBODY, WORD, Company, check, company
from tests.builders import templates as build
from tests.builders.browser import Browser

if TYPE_CHECKING:
    from portal.content.templates.models import Template
    from portal.features.documents.models import Document
    from portal.people.models import User

__all__ = ["company"]  # a fixture, which pytest finds by its name


def keeper(company: Company) -> User:
    return builders.person(
        company.session,
        "keeper",
        "管模板",
        roles=frozenset({MEMBER, PUBLISHER}),
    )


def filled(company: Company, made: Template, readers: tuple[str, ...] = ()) -> Document:
    document = build.filled(
        company.session, company.users["author"], company.space(company.dept("east")), made,
        {"customer": WORD, "remark": WORD}, title=f"关于{WORD}", readers=readers,
    )  # fmt: skip
    company.session.commit()
    return document


def pages_that_tell(company: Company, path: str) -> set[str]:
    """Who is told the word by a page."""
    told = set()
    for name in EVERYBODY:
        browser = company.app.test_client()
        assert isinstance(browser, Browser)
        told |= {name} if WORD in browser.sign_in(company.users[name].username).get(path).text else set()
    return told


def test_19_a_template_is_read_by_everyone_or_by_its_space(company: Company) -> None:
    boss_user = keeper(company)
    draft = build.template(company.session, boss_user, title=f"关于{WORD}", state="draft")
    company.session.commit()
    assert pages_that_tell(company, "/templates") == set()
    assert pages_that_tell(company, f"/templates/{draft.id}") == set()
    boss = builders.actor_of(company.session, "keeper")
    services.publish(company.session, boss, draft)
    company.session.commit()
    assert pages_that_tell(company, "/templates") == set(EVERYBODY)
    space = company.space(company.dept("east"))
    closed = build.wanted(boss_user, f"关于{WORD}", space=space)
    services.change(company.session, boss, draft, closed, 1)
    company.session.commit()
    assert pages_that_tell(company, "/templates") == {"author", "peer", "east", "editor"}
    assert pages_that_tell(company, "/documents/new") == {"author", "peer", "east", "editor"}
    check(company, draft, {"author", "peer", "east", "editor"})


def test_20_what_is_filled_in_is_read_by_the_readers_of_the_document(company: Company) -> None:
    made = build.template(company.session, keeper(company))
    document = filled(company, made)
    readers = {"author", "peer", "east", "editor"}
    check(company, document, readers)
    assert pages_that_tell(company, f"/templates/{made.id}/records") == readers
    assert pages_that_tell(company, f"/templates/{made.id}/records.csv") == readers
    assert pages_that_tell(company, f"/documents/new?template={made.id}") == readers
    for name in EVERYBODY:
        actor = builders.actor_of(company.session, company.users[name])
        number = queries.used(company.session, actor).get(made.id, 0)
        assert number == (1 if name in readers else 0), name
        definition = fillings.definition(company.session, made.id, 1)
        assert definition
        page, _problems = records.page(
            company.session, actor, definition, Narrowing({"customer": WORD}), None
        )
        assert len(page.rows) == number


def test_21_fields_follow_their_document_at_once(company: Company) -> None:
    made = build.template(company.session, keeper(company))
    document = filled(company, made, (f"user:{company.users['peer'].id}",))
    assert pages_that_tell(company, f"/templates/{made.id}/records") == {"author", "peer"}
    found = access.find(company.session, builders.actor_of(company.session, "u-author"), Item, document.id)
    found.state = "deleted"
    company.session.commit()
    assert pages_that_tell(company, f"/templates/{made.id}/records") == set()
    assert pages_that_tell(company, f"/documents/new?template={made.id}") == set()


def test_22_a_template_one_may_not_read_keeps_its_name_from_the_readers_of_its_documents(
    company: Company,
) -> None:
    secret = builders.space(company.session, "secret", "内部", readers=company.only("author"))
    made = build.template(company.session, keeper(company), title="玄铁模板", space=secret)
    document = filled(company, made)
    for name in ("peer", "east", "editor"):
        browser = company.app.test_client()
        assert isinstance(browser, Browser)
        browser.sign_in(company.users[name].username)
        page = browser.get(f"/documents/{document.id}")
        assert WORD in page.text
        assert "玄铁模板" not in page.text
        assert browser.get(f"/templates/{made.id}").status_code == 404
        assert browser.get(f"/templates/{made.id}/records").status_code == 404
        assert browser.get(f"/documents/new?template={made.id}").status_code == 404
        sent = {"title": "题", "body": "文", "space": document.space_id, "template": made.id, "template_version": 1, "field-customer": "甲"}  # fmt: skip
        assert browser.post("/documents", data=sent).status_code in {404, 422}
    assert company.session.scalars(select(Filling.item_id)).all() == [document.id]
