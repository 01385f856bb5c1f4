"""The search page: what is found, what is counted, and what nobody is told."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, template_rendered

from portal.config import ROOT
from portal.content.readings import count_reading
from portal.features.documents import services
from portal.features.documents.services import DocumentInput
from portal.features.search import results
from tests import builders
from tests.builders.documents import manuscript
from tests.telling import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from portal.features.documents.models import Document
    from portal.people.models import User
    from tests.builders.browser import Browser
    from tests.conftest import Moment

FUZZ = ROOT.parent / "shared" / "attack" / "search" / "query_fuzz.json"
WORD = "白炭黑"
SECRET = "并购计划"
UNKNOWN = "收购方案"


class Page:
    """What the template was given for one search."""

    def __init__(self, context: dict[str, Any]) -> None:
        self.context = context
        self.titles = [hit.card.title for hit in context["hits"]]
        self.ids = [hit.card.id for hit in context["hits"]]
        self.total = context["found"]["total"] if context["found"] else 0
        self.facets = {block["key"]: block["values"] for block in context["facets"]}


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session, "lina", "李娜", department=builders.department(session, code="east"))


@pytest.fixture
def reader(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳")


@pytest.fixture
def library(session: Session, author: User, reader: User) -> dict[str, Document]:
    """Documents in two spaces by two people, a question and its neighbour with a reply."""
    market = builders.space(session, "market", "市场情报")
    handbook = builders.space(session)
    made = {
        "price": builders.document(session, author, market, f"{WORD}涨价", tags=["价格"]),
        "how": builders.document(session, reader, handbook, f"{WORD}怎么分散？", tags=["轮胎"]),
        "answered": builders.document(session, reader, handbook, f"{WORD}怎么烘干？"),
    }
    builders.reply(session, author, made["answered"], f"{WORD}要先过筛。")
    session.commit()
    return made


@pytest.fixture
def ask(app: Flask, client: Browser, reader: User) -> Iterator[Callable[..., Page]]:
    """Search as Wang Fang; what the page was made of."""
    seen: list[dict[str, Any]] = []

    def note(_sender: object, context: dict[str, Any], **_more: object) -> None:
        seen.append(context)

    def search(query: str, **arguments: object) -> Page:
        if not client.environ_base.get("HTTP_X_CSRFTOKEN"):
            client.sign_in(reader.username)
        answer = client.get("/search", query_string={"q": query, **arguments})
        assert answer.status_code == 200
        return Page(seen[-1])

    with template_rendered.connected_to(note, app):
        yield search


def titles(library: dict[str, Document], *names: str) -> list[str]:
    return sorted(library[name].title for name in names)


NAMED = {
    "space:市场": ["price"],
    "space:市场情报": ["price"],
    "空间：market": ["price"],
    "region:华东": ["price"],
    "大区：east": ["price"],
    "author:李娜 kind:document": ["price"],
    "作者：王芳 kind:文档": ["how", "answered"],
    f"{WORD} -space:市场 kind:documents": ["how", "answered"],
    "space:市场 OR tag:轮胎": ["price", "how"],
    "is:未回复": ["how"],
    "是：提问": ["how", "answered"],
    "tag:价格": ["price"],
    "space:不存在": [],
}


@pytest.mark.databases
def test_names_are_turned_into_keys(
    library: dict[str, Document], worker: Callable[[], int], ask: Callable[..., Page]
) -> None:
    worker()
    for query, names in NAMED.items():
        hits = ask(query).context["hits"]
        found = {hit.card.title for hit in hits if hit.card.kind == "document"}
        assert sorted(found) == titles(library, *names), query


def test_replies_are_found_as_replies(
    library: dict[str, Document], worker: Callable[[], int], ask: Callable[..., Page]
) -> None:
    worker()
    shown = ask(f"{WORD} kind:回复")
    assert (shown.total, shown.titles) == (1, [library["answered"].title])


def test_drafts_and_archive_are_asked_for_by_name(
    session: Session,
    library: dict[str, Document],
    reader: User,
    worker: Callable[[], int],
    ask: Callable[..., Page],
) -> None:
    services.archive(session, builders.actor_of(session, reader), library["how"])
    services.withdraw(session, builders.actor_of(session, reader), library["answered"])
    session.commit()
    worker()
    assert ask("state:已归档").titles == titles(library, "how")
    assert ask("state:草稿").titles == titles(library, "answered")
    assert library["how"].title not in ask(WORD).titles


@pytest.mark.databases
def test_what_was_closed_is_hidden_at_once(
    session: Session,
    library: dict[str, Document],
    author: User,
    worker: Callable[[], int],
    ask: Callable[..., Page],
) -> None:
    worker()
    assert (ask(f"{WORD} space:市场").total, ask(WORD).total) == (1, 4)
    closed = DocumentInput(manuscript(f"{WORD}涨价", "内容", ["价格"]), library["price"].space_id or 0,
                           frozenset({f"user:{author.id}"}))  # fmt: skip
    services.edit(session, builders.actor_of(session, author), library["price"], closed, 1)
    session.commit()
    shown = ask(WORD)
    assert (shown.total, library["price"].id in shown.ids) == (3, False)
    assert "价格" not in [entry["value"] for entry in shown.facets["tag"]]
    assert "market" not in [entry["value"] for entry in shown.facets["space"]]


@pytest.mark.databases
@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("verb", ["delete", "withdraw"])
def test_what_was_taken_away_is_hidden_at_once_with_its_replies(
    session: Session, author: User, reader: User, worker: Callable[[], int], ask: Callable[..., Page], verb: str
) -> None:  # fmt: skip
    own = builders.document(session, author, builders.space_of(session, "market"), f"{WORD}内参")
    builders.reply(session, reader, own, f"{WORD}收到。")
    session.commit()
    worker()
    assert ask(WORD).total == 6
    getattr(services, verb)(session, builders.actor_of(session, author), own)
    session.commit()
    assert ask(WORD).total == 4


@pytest.mark.databases
def test_a_hidden_word_is_an_unknown_word(
    session: Session, library: dict[str, Document], author: User, reader: User, worker: Callable[[], int],
    client: Browser,
) -> None:  # fmt: skip
    del library
    space = builders.space(session, "board", "董事会", readers=[f"user:{author.id}"])
    builders.document(session, author, space, SECRET, body=f"{SECRET} {WORD}", tags=[SECRET])
    session.commit()
    worker()
    client.sign_in(reader.username)
    forms = ("{}", '"{}"', "{}*", "tag:{}", "space:{}", f"{WORD} {{}}", f"{WORD} -{{}}", f"{WORD} OR {{}}")
    for form in forms:
        assert page(client, form, SECRET) == page(client, form, UNKNOWN)


def page(client: Browser, form: str, word: str) -> str:
    return told(client.get("/search", query_string={"q": form.format(word)}).text, word)


@pytest.mark.databases
def test_most_read_is_what_the_database_counts(
    session: Session,
    library: dict[str, Document],
    moment: Moment,
    worker: Callable[[], int],
    ask: Callable[..., Page],
) -> None:
    worker()
    people = [builders.person(session, f"rep-{number}", f"销售{number}") for number in range(3)]
    for number, name in enumerate(("answered", "price", "how")):
        for person in people[: number + 1]:
            count_reading(session, builders.actor_of(session, person), library[name])
    moment.advance(dt.timedelta(minutes=1))
    session.commit()
    expected = [library[name].title for name in ("how", "price", "answered")]
    assert ask(f"{WORD} kind:文档", sort="most_read").titles == expected
    assert ask(f"{WORD} kind:文档", sort="most_replied").titles[0] == library["answered"].title


def test_paging_shows_each_hit_once(
    session: Session, author: User, worker: Callable[[], int], ask: Callable[..., Page]
) -> None:
    space = builders.space(session)
    made = {builders.document(session, author, space, f"{WORD} {number}").id for number in range(47)}
    session.commit()
    worker()
    for sort in results.SORTS:
        shown = [ask(WORD, sort=sort, page=number) for number in (1, 2, 3)]
        assert [len(each.ids) for each in shown] == [20, 20, 7]
        assert {item_id for each in shown for item_id in each.ids} == made
        assert {each.total for each in shown} == {47}
        neighbours = shown[0].context["page"].previous_url, shown[2].context["page"].next_url
        assert neighbours == (None, None)


@pytest.mark.usefixtures("library")
def test_a_page_that_is_none_is_no_error(worker: Callable[[], int], ask: Callable[..., Page]) -> None:
    worker()
    for number in ("0", "-5", "501", "99999999999999999999", "x", ""):
        assert ask(WORD, page=number).total == 4


def test_facets_add_a_filter_and_take_it_away(
    library: dict[str, Document], worker: Callable[[], int], ask: Callable[..., Page], client: Browser
) -> None:
    worker()
    (market,) = [entry for entry in ask(WORD).facets["space"] if entry["value"] == "market"]
    assert (market["label"], market["count"], market["selected"]) == ("市场情报", 1, False)
    narrowed = client.get(market["url"])
    assert library["price"].title in re.sub(r"</?mark>", "", narrowed.text)
    (chosen,) = [entry for entry in ask(f"{WORD} space:market").facets["space"] if entry["selected"]]
    assert "space" not in chosen["url"]
    by_name = ask(f"{WORD} space:市场")
    assert [entry["value"] for entry in by_name.facets["space"] if entry["selected"]] == ["market"]


@pytest.mark.usefixtures("library")
def test_a_facet_counts_what_its_link_finds(worker: Callable[[], int], ask: Callable[..., Page]) -> None:
    worker()
    facets = ask(WORD).facets
    assert set(facets) == {"kind", "space", "author", "region", "year", "tag"}
    for key, entries in facets.items():
        for entry in entries:
            assert ask(f'{WORD} {key}:"{entry["value"]}"').total == entry["count"], entry


def test_page_and_api_count_alike(
    session: Session, library: dict[str, Document], reader: User, worker: Callable[[], int],
    ask: Callable[..., Page], app: Flask,
) -> None:  # fmt: skip
    del library
    worker()
    token = builders.token(session, reader)
    session.commit()
    program: Any = app.test_client()
    for query in (WORD, "space:市场", "is:未回复", "轮胎", f'"{WORD}"', "没有这个词"):
        answer = program.use_token(token).get("/api/v1/search", query_string={"q": query}).json
        assert answer["total"] == ask(query).total, query


def test_a_damaged_index_is_a_sentence(
    library: dict[str, Document], worker: Callable[[], int], app: Flask, client: Browser, reader: User
) -> None:
    del library
    worker()
    portal = app.extensions["portal"]
    for path in portal.settings.index_path.glob("index-*/*"):
        if path.is_file():
            path.write_bytes(b"rubbish")
    portal.engine.close()
    client.sign_in(reader.username)
    answer = client.get("/search", query_string={"q": WORD})
    assert (answer.status_code, "Traceback" in answer.text) == (503, False)
    worker()
    assert client.get("/search", query_string={"q": WORD}).status_code == 200


@pytest.mark.skipif(not FUZZ.exists(), reason="the odd queries are not at hand")
@pytest.mark.databases
def test_no_query_breaks_the_page(
    library: dict[str, Document], worker: Callable[[], int], client: Browser, reader: User
) -> None:
    del library
    worker()
    client.sign_in(reader.username)
    broken = []
    for query in json.loads(FUZZ.read_text("utf-8")):
        typed = query.encode("utf-8", "replace").decode()
        status = client.get("/search", query_string={"q": typed}).status_code
        if status >= 500:
            broken.append((query, status))
    assert broken == []
