"""The read API: what a token must be."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from portal.people import services as people
from portal.people.credentials import PER_ACCOUNT, digest
from portal.people.models import Token
from tests import builders
from tests.web.api_world import api, is_refused, read, world

if TYPE_CHECKING:
    from flask import Flask

    from tests.builders.browser import Browser
    from tests.conftest import Moment
    from tests.web.api_world import World

__all__ = ["api", "world"]  # fixtures

HOUR = dt.timedelta(hours=1)


def test_without_a_token_there_is_no_answer(client: Browser, world: World) -> None:
    for path in ("me", "search", "documents", f"documents/{world.open.id}"):
        answer = client.get(f"/api/v1/{path}")
        assert is_refused(answer)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_cookie_is_no_token(client: Browser, world: World) -> None:
    client.sign_in(world.reader.username)
    assert is_refused(client.get("/api/v1/me"))


def test_the_token_decides_where_there_is_a_cookie_too(client: Browser, world: World) -> None:
    client.sign_in(world.author.username).use_token(world.secret)
    assert read(client, "/api/v1/me")["username"] == "liming"


def test_a_token_in_the_address_is_refused(client: Browser, world: World) -> None:
    assert is_refused(client.get(f"/api/v1/me?access_token={world.secret}"))


def test_an_odd_header_is_no_token(client: Browser, world: World) -> None:
    del world
    for header in ("", "Bearer", "Bearer ", "Basic eDp5", "Token x", "Bearer x y", "Bearer 令牌"):
        raw = header.encode().decode("latin-1")
        assert is_refused(client.get("/api/v1/me", headers={"Authorization": raw})), header


def test_a_token_ends_on_its_day(api: Browser, moment: Moment) -> None:
    moment.advance(dt.timedelta(days=builders.people.DAYS, seconds=-1))
    assert api.get("/api/v1/me").status_code == 200
    moment.advance(dt.timedelta(seconds=1))
    assert is_refused(api.get("/api/v1/me"))


def test_a_revoked_token_ends_at_once(api: Browser, world: World) -> None:
    world.session.execute(delete(Token))
    world.session.commit()
    assert is_refused(api.get("/api/v1/me"))


def test_a_raised_epoch_ends_all_tokens(api: Browser, world: World) -> None:
    world.reader.epoch += 1
    world.session.commit()
    assert is_refused(api.get("/api/v1/me"))


def test_a_deactivated_person_has_no_token(api: Browser, world: World) -> None:
    people.deactivate(world.session, builders.people.system(), world.reader)
    world.session.commit()
    assert is_refused(api.get("/api/v1/me"))


@pytest.mark.databases
def test_the_last_use_is_noted_to_the_hour(api: Browser, world: World, moment: Moment, app: Flask) -> None:
    read(api, "/api/v1/me")
    assert used_at(world) == builders.NOW
    moment.advance(HOUR)
    with builders.queries(app) as sent:
        read(api, "/api/v1/me")
    assert not [statement for statement in sent if statement.startswith("UPDATE")]
    moment.advance(HOUR)
    read(api, "/api/v1/me")
    assert used_at(world) == moment.now


def used_at(world: World) -> dt.datetime | None:
    world.session.rollback()
    return world.session.scalar(select(Token.used_at).where(Token.digest == digest(world.secret)))


@pytest.mark.databases
def test_bad_tokens_are_throttled_and_good_ones_served(client: Browser, world: World) -> None:
    client.use_token("zy_forgotten")
    answers = [client.get("/api/v1/me") for _ in range(PER_ACCOUNT + 2)]
    assert [answer.status_code for answer in answers] == [401] * PER_ACCOUNT + [429] * 2
    assert is_refused(answers[-1], 429)
    assert answers[-1].headers["Retry-After"] == "900"
    assert read(client.use_token(world.secret), "/api/v1/me")["username"] == "liming"


def test_nothing_can_be_written(api: Browser, world: World) -> None:
    for method in ("post", "put", "patch", "delete"):
        answer = getattr(api, method)(f"/api/v1/documents/{world.open.id}", json={})
        assert is_refused(answer, 405)
        assert "GET" in answer.headers["Allow"]
