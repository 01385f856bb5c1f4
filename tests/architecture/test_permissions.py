"""The scenarios of `permissions.md`, each asked of every way in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.content.spaces import services as spaces
from portal.content.spaces.services import SpaceInput
from portal.factory import Portal
from portal.features.documents import services as documents
from portal.features.documents.services import DocumentInput
from portal.kernel.actor import ADMINISTRATOR
from portal.kernel.errors import NotFoundError
from portal.people import organisation
from portal.people import services as people
from portal.people.models import HEADQUARTERS, TEAM, Department, Profile, User
from portal.platform import access
from portal.platform.items import Audience, Item
from portal.platform.search import service
from portal.platform.search.syntax import parse
from tests import builders
from tests.builders.browser import Browser
from tests.builders.documents import manuscript
from tests.builders.people import system

if TYPE_CHECKING:
    from portal.content.spaces.models import Space
    from portal.features.documents.models import Document

EVERYBODY = ("author", "peer", "east", "south", "marketing", "editor", "admin")
WORD = "琥珀色母粒"  # stands in the item under test and nowhere else
NAMES = dict(zip(EVERYBODY, ("赵一", "钱二", "孙三", "李四", "周五", "吴六", "郑七"), strict=True))


@dataclass
class Company:
    """The company of the scenarios."""

    session: Session
    portal: Portal
    app: Flask
    users: dict[str, User] = field(default_factory=dict)
    departments: dict[str, int] = field(default_factory=dict)

    def space(self, *readers: str) -> Space:
        return builders.space(
            self.session, "tested", "受测空间", readers=readers, editors=[self.users["editor"]]
        )

    def document(self, space: Space, **more: object) -> Document:
        return builders.document(
            self.session,
            self.users["author"],
            space,
            f"关于{WORD}",
            body=f"正文也说{WORD}。",
            tags=[WORD],
            **more,  # type: ignore[arg-type]
        )

    def dept(self, name: str) -> str:
        return f"dept:{self.departments[name]}"

    def only(self, *names: str) -> frozenset[str]:
        return frozenset(f"user:{self.users[name].id}" for name in names)


@pytest.fixture
def company(session: Session, portal: Portal, app: Flask) -> Company:
    made = Company(session, portal, app)
    headquarters = builders.department(session, "总部", HEADQUARTERS)
    marketing = builders.department(session, "市场部", HEADQUARTERS, headquarters)
    east = builders.department(session, "华东大区", code="east")
    tyres = builders.department(session, "轮胎组", TEAM, east)
    south = builders.department(session, "华南大区", code="south")
    made.departments = {"east": east.id, "south": south.id, "tyres": tyres.id, "marketing": marketing.id}
    rep, manager = builders.post(session), builders.post(session, "regional-manager", "大区经理")
    places = {"author": (tyres, rep), "peer": (tyres, rep), "east": (east, manager), "south": (south, rep)}
    for name in EVERYBODY:
        department, post = places.get(name, (marketing, None))
        roles = frozenset({"member", ADMINISTRATOR}) if name == "admin" else frozenset({"member"})
        person = builders.person(
            session, f"u-{name}", NAMES[name], department=department, post=post, roles=roles
        )
        made.users[name] = person
    return made


def check(company: Company, item: Item, readers: set[str], *, index: bool = True) -> None:
    """Every way in gives every person the same answer."""
    company.session.commit()
    if index:
        company.portal.follower.catch_up()
    for name in EVERYBODY:
        user = company.users[name]
        if not user.is_active:
            continue
        seen = _ways_in(company, item, user)
        assert set(seen.values()) == {name in readers}, f"{name}: {seen}"


def _ways_in(company: Company, item: Item, user: User) -> dict[str, bool]:
    session = company.session
    actor = builders.actor_of(session, user)
    query = parse(f"kind:{item.kind} {WORD}" if item.kind != "person" else item.title)
    found = service.search(session, actor, company.portal.engine, query).found
    inside = {
        "sql": session.scalar(access.items(actor, Item).where(Item.id == item.id)) is not None,
        "find": _finds(session, actor, item),
        "tokens": bool(actor.tokens & _tokens(session, item)),
        "hits": item.id in {hit.item_id for hit in found.hits},
        "total": found.total > 0,
        "facets": any(found.facets.values()),
    }
    secret = builders.token(session, user)
    session.commit()
    return inside | _by_page(company, item, user, query.text) | _by_api(company, item, secret, query.text)


def _by_api(company: Company, item: Item, secret: str, text: str) -> dict[str, bool]:
    api = company.app.test_client()
    assert isinstance(api, Browser)
    api.use_token(secret)
    plural = {
        "document": "documents",
        "reply": "replies",
        "attachment": "attachments",
        "template": "templates",
        "person": "people",
    }[item.kind]
    state = item.state if item.state != "deleted" else "published"
    listed = api.get(f"/api/v1/{plural}?limit=100&state={state}").get_json()["items"]
    return {
        "api": api.get(f"/api/v1/{plural}/{item.id}").status_code == 200,
        "api list": item.id in {row["id"] for row in listed},
        "api search": api.get("/api/v1/search", query_string={"q": text}).get_json()["total"] > 0,
    }


def _by_page(company: Company, item: Item, user: User, text: str) -> dict[str, bool]:
    page = _browser(company, user)
    opened = page.get(f"/items/{item.id}", follow_redirects=True).status_code == 200
    found = page.get("/search", query_string={"q": text}).text
    seen = {"page": opened, "search page": 'class="row-title"' in found}
    if item.kind in {"document", "reply"} and item.state == "published":
        seen["author's page"] = _on_author_page(company, page, item)
    return seen


def _on_author_page(company: Company, page: Browser, item: Item) -> bool:
    author = company.users["author"].username
    tab = {"document": "documents", "reply": "replies"}[item.kind]
    html = page.get(f"/people/{author}", query_string={"tab": tab}).text
    return f'/{tab}/{item.id}"' in html


def _browser(company: Company, user: User) -> Browser:
    browser = company.app.test_client()
    assert isinstance(browser, Browser)
    return browser.sign_in(user.username)


def _finds(session: Session, actor: object, item: Item) -> bool:
    try:
        access.find(session, actor, Item, item.id)  # type: ignore[arg-type]
    except NotFoundError:
        return False
    return True


def _tokens(session: Session, item: Item) -> set[str]:
    holder = item.holder_id or item.id
    return set(session.scalars(select(Audience.token).where(Audience.item_id == holder)))


def test_1_a_draft_is_its_authors(company: Company) -> None:
    check(company, company.document(company.space("all"), state="draft"), {"author"})


def test_2_a_space_for_everyone(company: Company) -> None:
    check(company, company.document(company.space("all")), set(EVERYBODY))


def test_3_a_space_for_a_department(company: Company) -> None:
    check(
        company, company.document(company.space(company.dept("east"))), {"author", "peer", "east", "editor"}
    )


def test_4_a_space_for_a_post(company: Company) -> None:
    check(company, company.document(company.space("post:rep")), {"author", "peer", "south", "editor"})


def test_5_a_space_for_a_post_of_a_department(company: Company) -> None:
    space = company.space(f"{company.dept('east')}+post:rep")
    check(company, company.document(space), {"author", "peer", "editor"})


def test_6_a_document_for_chosen_people(company: Company) -> None:
    document = company.document(company.space("all"), readers=company.only("south", "marketing"))
    check(company, document, {"author", "south", "marketing"})


def test_7_a_document_for_a_chosen_department(company: Company) -> None:
    document = company.document(company.space("all"), readers=[company.dept("south")])
    check(company, document, {"author", "south"})


def test_8_an_archived_document_keeps_its_readers(company: Company) -> None:
    document = company.document(company.space(company.dept("east")))
    check(company, document, {"author", "peer", "east", "editor"})
    documents.archive(company.session, builders.actor_of(company.session, "u-author"), document)
    company.session.commit()
    readers = {name for name in EVERYBODY if _finds_as(company, name, document)}
    assert readers == {"author", "peer", "east", "editor"}


def test_9_the_bin_is_read_by_nobody(company: Company) -> None:
    document = company.document(company.space("all"))
    check(company, document, set(EVERYBODY))
    documents.delete(company.session, builders.actor_of(company.session, "u-author"), document)
    company.session.commit()
    assert not [name for name in EVERYBODY if _finds_as(company, name, document)]
    for name in EVERYBODY:
        seen = _ways_in(company, document, company.users[name])
        assert set(seen.values()) == {False}, f"{name}, before the index has heard of it: {seen}"


def test_10_a_reply_follows_its_document(company: Company) -> None:
    document = company.document(company.space(company.dept("east")))
    reply = builders.reply(company.session, company.users["author"], document, f"再说{WORD}。")
    check(company, reply, {"author", "peer", "east", "editor"})


def test_11_a_reply_under_a_withdrawn_document(company: Company) -> None:
    document = company.document(company.space("all"))
    reply = builders.reply(company.session, company.users["peer"], document, f"再说{WORD}。")
    documents.withdraw(company.session, builders.actor_of(company.session, "u-author"), document)
    company.session.commit()
    assert {name for name in EVERYBODY if _finds_as(company, name, reply)} == {"author"}


def test_12_a_space_whose_audience_shrinks(company: Company) -> None:
    space = company.space("all")
    document = company.document(space)
    check(company, document, set(EVERYBODY))
    editors = frozenset({company.users["editor"].id})
    narrower = SpaceInput(
        "受测空间", "", "", is_open=True, readers=frozenset({company.dept("south")}), editors=editors
    )
    spaces.change(company.session, system(), space, narrower)
    check(company, document, {"author", "south", "editor"}, index=False)


def test_13_somebody_moves(company: Company) -> None:
    document = company.document(company.space(company.dept("east")))
    peer = company.users["peer"]
    wanted = people.PersonInput(peer.username, peer.name, "", company.departments["south"], peer.post_id)
    people.change_person(company.session, system(), peer, wanted, peer.version)
    check(company, document, {"author", "east", "editor"})


def test_14_a_department_moves(company: Company) -> None:
    document = company.document(company.space(company.dept("east")))
    session = company.session
    south, east = (session.get_one(Department, company.departments[name]) for name in ("south", "east"))
    organisation.change_department(session, system(), south, south.name, south.kind, east)
    check(company, document, {"author", "peer", "east", "south", "editor"})


def test_15_readers_chosen_anew_before_the_index_knows(company: Company) -> None:
    space = company.space("all")
    document = company.document(space)
    check(company, document, set(EVERYBODY))
    text = manuscript(document.title, f"正文也说{WORD}。", [WORD])
    author = builders.actor_of(company.session, "u-author")
    wanted = DocumentInput(text, space.id, company.only("south"))
    documents.edit(company.session, author, document, wanted, document.version)
    check(company, document, {"author", "south"}, index=False)


def test_16_somebody_who_has_left(company: Company) -> None:
    document = company.document(company.space("all"))
    company.session.commit()
    page = _browser(company, company.users["author"])
    people.deactivate(company.session, system(), company.users["author"])
    check(company, document, set(EVERYBODY) - {"author"})
    assert page.get(f"/documents/{document.id}").status_code == 302


def test_17_a_profile_is_everyones(company: Company) -> None:
    profile = company.session.scalar(select(Profile).where(Profile.user_id == company.users["author"].id))
    assert profile is not None
    check(company, profile, set(EVERYBODY))


def test_18_a_space_is_known_to_its_audience(company: Company) -> None:
    space = company.space(company.dept("south"))
    builders.document(company.session, company.users["editor"], space, f"关于{WORD}")
    company.session.commit()
    known = {}
    for name in EVERYBODY:
        page = _browser(company, company.users[name])
        known[name] = page.get("/spaces/tested").status_code == 200
        assert (WORD in page.get("/spaces/tested").text) == (name in {"south", "editor"})
    assert {name for name, is_known in known.items() if is_known} == {"south", "editor", "admin"}


def _finds_as(company: Company, name: str, item: Item) -> bool:
    return _finds(company.session, builders.actor_of(company.session, company.users[name]), item)


def test_every_scenario_is_told_and_tested() -> None:
    here = Path(__file__)
    told = set(re.findall(r"^(\d+)\. ", here.with_name("permissions.md").read_text("utf-8"), re.MULTILINE))
    files = (here, *here.parent.glob("test_scenarios_*.py"))
    tested = {
        number
        for file in files
        for number in re.findall(r"^def test_(\d+)_", file.read_text("utf-8"), re.MULTILINE)
    }
    assert told == tested
