"""The read API: who may read what, in lists, single items and searches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.features.documents import services as documents
from tests import builders
from tests.web.api_world import api, indexed, is_refused, read, titles, world

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from tests.builders.browser import Browser
    from tests.web.api_world import World

__all__ = ["api", "indexed", "world"]  # fixtures


def test_what_one_may_not_read_is_in_no_list(api: Browser) -> None:
    assert titles(api, "/api/v1/documents") == ["白炭黑的分散"]
    assert titles(api, "/api/v1/documents?state=draft") == []


def test_what_one_may_not_read_answers_like_what_does_not_exist(api: Browser, world: World) -> None:
    absent = api.get("/api/v1/documents/999999")
    for item in world.hidden:
        answer = api.get(f"/api/v1/documents/{item.id}")
        assert (answer.status_code, answer.data) == (404, absent.data)
    assert absent.headers["Cache-Control"] == "no-store"


def test_what_one_may_not_read_is_in_no_hit_total_or_facet(indexed: Browser, world: World) -> None:
    found = read(indexed, "/api/v1/search?q=白炭黑")
    assert [hit["id"] for hit in found["hits"]] == [world.open.id]
    assert found["total"] == 1
    assert found["facets"]["space"] == [{"value": "handbook", "count": 1}]
    assert found["facets"]["kind"] == [{"value": "document", "count": 1}]


def test_a_restriction_holds_before_the_index_knows_of_it(indexed: Browser, world: World) -> None:
    documents.withdraw(world.session, builders.actor_of(world.session, world.author), world.open)
    world.session.commit()
    found = read(indexed, "/api/v1/search?q=白炭黑")
    assert (found["total"], found["hits"]) == (0, [])
    assert indexed.get(f"/api/v1/documents/{world.open.id}").status_code == 404


def test_the_author_reads_all_of_it(indexed: Browser, world: World, session: Session) -> None:
    indexed.use_token(builders.token(session, world.author))
    session.commit()
    for item in (*world.hidden, world.open, world.archived):
        assert read(indexed, f"/api/v1/documents/{item.id}")["id"] == item.id
    assert read(indexed, "/api/v1/search?q=白炭黑")["total"] == 4


def test_a_reply_is_read_by_those_who_read_what_it_stands_under(
    api: Browser, world: World, session: Session, worker: Callable[[], int]
) -> None:
    hidden = builders.reply(session, world.author, world.foreign, "白炭黑要涨价")
    session.commit()
    worker()
    assert api.get(f"/api/v1/replies/{hidden.id}").status_code == 404
    assert titles(api, "/api/v1/replies") == []
    assert read(api, "/api/v1/search?q=白炭黑&kind=reply")["total"] == 0


def test_hits_have_a_snippet_of_plain_text(indexed: Browser, world: World) -> None:
    (hit,) = read(indexed, "/api/v1/search?q=含水率")["hits"]
    assert (hit["kind"], hit["title"], hit["url"]) == (
        "document",
        "白炭黑的分散",
        f"/documents/{world.open.id}",
    )
    assert "先看含水率" in hit["snippet"]
    assert hit["score"] > 0


def test_searches_are_filtered(indexed: Browser) -> None:
    cases = {
        "q=白炭黑&space=销售手册": 1, "q=白炭黑&space=handbook": 1, "q=白炭黑 author:王芳": 1, "q=白炭黑&author=liming": 0,
        "q=白炭黑&kind=documents": 1, "q=白炭黑&kind=reply": 0, "q=白炭黑&tag=工艺": 1, "q=白炭黑&tag=!": 0,
        "q=白炭黑&year=2026": 1, "q=白炭黑&year=2025": 0, "q=白炭黑&state=archived": 1, "q=李明&kind=person": 1,
        "q=": 0, "": 0, "q=-": 0, "q=白炭黑&offset=1": 1, "q=白炭黑&space=%00": 0,
    }  # fmt: skip
    assert {query: read(indexed, f"/api/v1/search?{query}")["total"] for query in cases} == cases


def test_hits_are_paged(indexed: Browser) -> None:
    path = "/api/v1/search?q=白炭黑 OR 李明 OR 王芳&sort=newest"
    everything = [hit["id"] for hit in read(indexed, path)["hits"]]
    parts = [read(indexed, f"{path}&limit=1&offset={number}")["hits"] for number in range(3)]
    assert [hit["id"] for part in parts for hit in part] == everything
    assert len(everything) == 3


def test_searches_that_do_not_fit_are_refused(api: Browser) -> None:
    for query in (
        "limit=101",
        "offset=-1",
        "offset=10001",
        "year=0",
        f"q={'长' * 5001}",
        "sort=size",
        "page=1",
    ):
        assert is_refused(api.get(f"/api/v1/search?{query}"), 422), query
