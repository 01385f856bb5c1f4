"""The read API: what leaves, in which order, and how it is described."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from tests import builders
from tests.web.api_world import api, is_refused, read, titles, world

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from tests.builders.browser import Browser
    from tests.conftest import Moment
    from tests.web.api_world import World

__all__ = ["api", "world"]  # fixtures

HOUR = dt.timedelta(hours=1)


def test_an_item_leaves_with_names_instead_of_keys(api: Browser, world: World) -> None:
    (item,) = read(api, "/api/v1/documents")["items"]
    assert item == {
        "id": world.open.id, "kind": "document", "title": "白炭黑的分散", "state": "published",
        "summary": item["summary"], "author": "wangfang", "space": "handbook", "tags": ["工艺", "ＱＡ"],
        "published_at": "2026-11-11T02:00:00Z", "updated_at": "2026-11-11T02:00:00Z", "read_count": 0,
        "reply_count": 0, "version": 1, "url": f"/documents/{world.open.id}", "source_name": "", "is_question": False,
        "verified_until": None, "template": None, "template_version": None, "fields": {},
    }  # fmt: skip


def test_the_body_leaves_with_single_items_only(api: Browser, world: World) -> None:
    assert read(api, f"/api/v1/documents/{world.open.id}")["body"] == builders.documents.BODY
    assert "body" not in read(api, "/api/v1/documents")["items"][0]


def test_chinese_leaves_as_chinese(api: Browser) -> None:
    assert "白炭黑的分散".encode() in api.get("/api/v1/documents").data


def test_every_kind_of_the_catalogue_has_a_list_and_single_items(api: Browser, world: World) -> None:
    builders.reply(world.session, world.reader, world.open)
    world.session.commit()
    for plural in ("documents", "replies", "people"):
        first = read(api, f"/api/v1/{plural}")["items"][0]
        assert read(api, f"/api/v1/{plural}/{first['id']}")["body"] is not None
    assert read(api, "/api/v1/replies")["items"][0]["holder_id"] == world.open.id


def test_an_item_of_another_kind_is_not_found(api: Browser, world: World) -> None:
    assert api.get(f"/api/v1/people/{world.open.id}").status_code == 404


def test_lists_are_filtered(api: Browser) -> None:
    cases = {
        "space=handbook": 1, "space=board": 0, "space=none": 0, "author=wangfang": 1, "author=liming": 0, "tag=qa": 1,
        "tag=工艺": 1, "tag=价格": 0, "state=archived": 1, "state=draft": 0, "space=%00": 0,
        "space=handbook&tag=QA&author=wangfang": 1,
    }  # fmt: skip
    assert {query: len(titles(api, f"/api/v1/documents?{query}")) for query in cases} == cases


@pytest.mark.databases
def test_lists_are_paged_by_cursor(api: Browser, world: World, moment: Moment) -> None:
    for number in range(5):
        moment.advance(HOUR)
        builders.document(world.session, world.author, world.handbook, f"第{number}篇")
    world.session.commit()
    for sort in ("newest", "updated", "most_read", "most_replied"):
        assert pages_of(api, f"/api/v1/documents?limit=2&sort={sort}") == [
            ["第4篇", "第3篇"], ["第2篇", "第1篇"], ["第0篇", "白炭黑的分散"],
        ]  # fmt: skip


@pytest.mark.databases
def test_drafts_are_paged_by_their_last_change(
    client: Browser, world: World, session: Session, moment: Moment
) -> None:
    for number in range(2):
        moment.advance(HOUR)
        builders.document(session, world.author, world.handbook, f"草稿{number}", state="draft")
    client.use_token(builders.token(session, world.author))
    session.commit()
    assert pages_of(client, "/api/v1/documents?limit=1&state=draft") == [["草稿1"], ["草稿0"], ["白炭黑草稿"]]


def pages_of(client: Browser, path: str) -> list[list[str]]:
    found, following = [], ""
    while following is not None:
        page = read(client, f"{path}{following and '&cursor='}{following}")
        found.append([item["title"] for item in page["items"]])
        following = page["next"]
    return found


MISUNDERSTOOD = [
    "limit=0", "limit=101", "limit=x", "sort=size", "state=deleted", "author_id=1", "page=2", "access_token=x",
    "cursor=nonsense",
    "cursor=W10",
    "cursor=WzAsW1sidiIsMV0sWyJ2IiwxXV1d",  # numbers where this order has a date
    "sort=most_read&cursor=WzAsW1sidiIsOTk5OTk5OTk5OTk5OTk5OTk5OTk5OV0sWyJ2IiwxXV1d",  # greater than any column holds
    "sort=most_read&cursor=WzAsW1sidiIsIjEiXSxbInYiLCIxIl1dXQ",  # texts where there are numbers
]  # fmt: skip


@pytest.mark.databases
def test_what_is_not_understood_is_refused(api: Browser) -> None:
    for query in MISUNDERSTOOD:
        answer = api.get(f"/api/v1/documents?{query}")
        assert is_refused(answer, 422), query
        assert answer.get_json()["errors"], query


def test_unknown_parameters_are_refused_everywhere(api: Browser) -> None:
    for path in ("me?x=1", "documents/1?x=1", "search?x=1", "openapi.json?x=1"):
        assert is_refused(api.get(f"/api/v1/{path}"), 422), path


@pytest.mark.databases
def test_a_number_without_an_item_is_not_found(api: Browser) -> None:
    for number in ("0", "999999", "2147483647", "2147483648", "99999999999999999999", "-1", "x"):
        assert is_refused(api.get(f"/api/v1/documents/{number}"), 404), number


def test_a_list_asks_the_same_number_of_questions_however_long_it_is(
    api: Browser, world: World, app: Flask
) -> None:
    read(api, "/api/v1/documents")
    with builders.queries(app) as one:
        read(api, "/api/v1/documents")
    for number in range(20):
        builders.document(world.session, world.author, world.handbook, f"第{number}篇")
    world.session.commit()
    with builders.queries(app) as many:
        assert len(read(api, "/api/v1/documents?limit=50")["items"]) == 21
    assert len(many) == len(one) <= 7


def test_a_single_item_is_sent_again_only_when_it_has_changed(api: Browser, world: World) -> None:
    path = f"/api/v1/documents/{world.open.id}"
    first = api.get(path)
    assert first.headers["ETag"].startswith('W/"1-')
    again = api.get(path, headers={"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"})
    assert (again.status_code, again.data) == (304, b"")
    builders.reply(world.session, world.reader, world.open)
    world.session.commit()
    assert api.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_me_is_the_owner_of_the_token(api: Browser) -> None:
    me = read(api, "/api/v1/me")
    assert (me["username"], me["roles"], me["url"]) == ("liming", ["member"], "/people/liming")
    assert [(space["key"], space["may_write"]) for space in me["spaces"]] == [("handbook", True)]


def test_the_description_names_every_route_and_every_answer(client: Browser, app: Flask) -> None:
    spec = read(client, "/api/v1/openapi.json")
    assert spec["openapi"].startswith("3.1")
    assert spec["components"]["securitySchemes"] == {
        "bearer": {"type": "http", "scheme": "bearer", "description": spec_of(spec)}
    }
    routes = {
        rule.rule.split("<")[0] for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/")
    }
    assert {path.split("{")[0] for path in spec["paths"]} == routes
    for path, methods in spec["paths"].items():
        assert ("security" in methods["get"]) == (path != "/api/v1/openapi.json")
        assert "example" in methods["get"]["responses"]["200"]["content"]["application/json"]


def spec_of(spec: dict[str, Any]) -> str:
    description: str = spec["components"]["securitySchemes"]["bearer"]["description"]
    return description


def test_the_description_for_people_lists_every_operation(client: Browser, world: World) -> None:
    page = client.sign_in(world.reader.username).get("/api/docs")
    assert page.status_code == 200
    for path in read(client, "/api/v1/openapi.json")["paths"]:
        assert path in page.text
    assert "https://" not in page.text.replace("https://www.w3.org", "")
