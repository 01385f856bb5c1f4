"""Signing in and out, settings and keys, as a browser meets them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from portal.people import demo_sign_ins, services
from portal.people.credentials import PER_ACCOUNT
from portal.people.models import Attempt, SignIn, Token, User
from tests import builders

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from portal.config import Settings
    from tests.builders.browser import Browser

PASSWORD = "Silica-S200mp-烟囱"
NEW = "Another-S185-烟囱"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def user(session: Session) -> User:
    made = builders.person(session)
    services.set_password(session, builders.actor_of(session, made), made, PASSWORD)
    session.commit()
    return made


def sign_in(
    client: Browser, username: str = "liming", password: str = PASSWORD, target: str = ""
) -> TestResponse:
    page = client.get("/sign-in", query_string={"next": target} if target else {}).text
    found = TOKEN.search(page)
    assert found
    data = {"username": username, "password": password, "next": target, "csrf_token": found[1]}
    return client.post("/sign-in", data=data)


def held(client: Browser) -> str | None:
    with client.session_transaction() as cookie:
        secret: str | None = cookie.get("_user_id")
        return secret


def sign_ins(session: Session) -> int:
    return count(session, SignIn)


def count(session: Session, model: type[SignIn | Attempt]) -> int:
    """Rows that stand in the database now; the session lets go at once, because SQLite has one writer."""
    session.rollback()
    found = session.scalar(select(func.count()).select_from(model)) or 0
    session.rollback()
    return found


def test_signing_in_leads_home_and_keeps_the_secret_from_scripts(client: Browser, user: User) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (302, "/")
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("zhiying="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/settings").status_code == 200
    del user


def test_a_sign_in_begins_a_new_session(client: Browser, session: Session, user: User) -> None:
    with client.session_transaction() as cookie:
        cookie.update(_user_id="planted", locale="en", planted="yes")
    sign_in(client)
    first = held(client)
    assert first not in {None, "planted"}
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
    client.post("/sign-in", data={"username": "liming", "password": PASSWORD, "csrf_token": token_of(client)})
    assert held(client) != first
    assert sign_ins(session) == 1
    del user


def token_of(client: Browser, path: str = "/settings") -> str:
    found = TOKEN.search(client.get(path).text)
    assert found
    return found[1]


def test_signing_out_ends_the_session_on_the_server(client: Browser, session: Session, user: User) -> None:
    sign_in(client)
    secret = held(client)
    answer = client.post("/sign-out", data={"csrf_token": token_of(client)})
    assert answer.status_code == 302
    assert sign_ins(session) == 0
    with client.session_transaction() as cookie:
        cookie["_user_id"] = secret
    assert client.get("/settings").status_code == 302
    del user


def test_unknown_wrong_and_deactivated_get_one_answer(client: Browser, session: Session, user: User) -> None:
    def answer(username: str, password: str) -> tuple[int, str]:
        got = sign_in(client, username, password)
        return got.status_code, re.sub(TOKEN, "", got.text.replace(username, "")).split("csrf-token")[1][200:]

    wrong, unknown = answer("liming", "falsch"), answer("nobody", PASSWORD)
    user = session.scalars(select(User).where(User.id == user.id)).one()
    user.is_active = False
    session.commit()
    assert wrong == unknown == answer("liming", PASSWORD)
    assert wrong[0] == 422
    assert PASSWORD not in sign_in(client, "liming", PASSWORD).text


def test_failures_are_counted_although_the_answer_is_an_error(
    client: Browser, session: Session, user: User
) -> None:
    for _ in range(PER_ACCOUNT):
        assert sign_in(client, password="falsch").status_code == 422
    assert count(session, Attempt) == PER_ACCOUNT
    throttled = sign_in(client)
    assert throttled.status_code == 429
    assert "15" in throttled.text
    assert held(client) is None
    del user


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "x",
    ],
)
def test_one_is_never_led_to_another_site(client: Browser, user: User, target: str) -> None:
    page = client.get("/sign-in", query_string={"next": target}).text
    assert "evil" not in page
    assert sign_in(client, target=target).location == "/"
    assert client.get("/sign-in", query_string={"next": target}).location == "/"
    del user


def test_one_goes_on_to_where_one_wanted(client: Browser, user: User) -> None:
    wanted = client.get("/people?q=王")
    assert wanted.status_code == 302
    assert "/sign-in?next=" in wanted.location
    assert sign_in(client, target="/people?q=%E7%8E%8B").location == "/people?q=%E7%8E%8B"
    del user


def test_odd_input_is_refused_like_any_other(client: Browser, user: User) -> None:
    for username in ("", "\x00", "li\x00ming", "x" * 100_000, "李明'--", "\ud83d"):
        page = client.get("/sign-in").text
        found = TOKEN.search(page)
        assert found
        data = {"username": username.encode("utf-8", "replace"), "password": "\x00", "csrf_token": found[1]}
        assert client.post("/sign-in", data=data).status_code in {422, 429}
    del user


def test_a_form_from_elsewhere_signs_nobody_in(client: Browser, user: User) -> None:
    answer = client.post("/sign-in", data={"username": "liming", "password": PASSWORD})
    assert answer.status_code in {400, 401}
    assert held(client) is None
    del user


def test_the_demo_company_offers_its_people(client: Browser, settings: Settings) -> None:
    assert "data-demo" not in client.get("/sign-in").text
    demo_sign_ins.write(settings.data, "demo-secret", [("王芳", "wang.fang", "销售代表")])
    page = client.get("/sign-in").text
    assert 'value="wang.fang"' in page
    assert 'value="demo-secret"' in page
    (settings.data / demo_sign_ins.FILE).write_text('{"people": 7}', "utf-8")
    assert demo_sign_ins.read(settings.data) == demo_sign_ins.DemoSignIns()


def test_visitors_choose_a_language_for_their_browser(client: Browser) -> None:
    data = {"locale": "en", "csrf_token": token_of(client, "/sign-in")}
    answer = client.post(
        "/settings/language", data=data, headers={"Referer": "http://localhost/sign-in?next=/team"}
    )
    assert answer.location == "/sign-in?next=/team"
    assert 'lang="en"' in client.get("/sign-in", headers={"Accept-Language": "zh"}).text
    foreign = client.post("/settings/language", data=data, headers={"Referer": "http://evil.example/x"})
    assert foreign.location == "/"
    assert client.post("/settings/language", data={**data, "locale": "de"}).status_code == 422


def test_people_choose_language_theme_and_words_about_themselves(
    client: Browser, session: Session, user: User
) -> None:
    client.sign_in("liming")
    assert client.post("/settings/language", data={"locale": "en"}).status_code == 302
    assert client.post("/settings/theme", data={"theme": "dark"}).status_code == 302
    page = client.get("/settings").text
    assert 'lang="en"' in page
    assert 'data-bs-theme="dark"' in page
    saved = client.post(
        "/settings", data={"locale": "zh_Hans_CN", "theme": "auto", "about": " 轮胎\r\n客户 "}
    )
    assert saved.status_code == 302
    session.rollback()
    assert "轮胎\n客户" in client.get("/settings").text
    assert client.post("/settings/theme", data={"theme": "pink"}).status_code == 422
    bad = {"locale": "de", "theme": "auto", "about": "字" * 3000}
    refused = client.post("/settings", data=bad)
    assert refused.status_code == 422
    assert "字" * 3000 in refused.text
    del user


def change_password(client: Browser, current: str, password: str, again: str | None = None) -> TestResponse:
    data = {"current": current, "password": password, "again": password if again is None else again}
    return client.post("/settings/password", data=data)


def test_a_new_password_needs_the_present_one_and_ends_the_rest(
    client: Browser, app: Flask, user: User
) -> None:
    client.sign_in("liming")
    other = app.test_client()
    assert isinstance(other, type(client))
    other.sign_in("liming")
    before = held(client)
    assert change_password(client, "falsch", NEW).status_code == 422
    assert change_password(client, PASSWORD, "12345678").status_code == 422
    assert change_password(client, PASSWORD, NEW, "else").status_code == 422
    assert other.get("/settings").status_code == 200
    assert change_password(client, PASSWORD, NEW).status_code == 302
    assert held(client) != before
    assert client.get("/settings").status_code == 200
    assert other.get("/settings").status_code == 302
    del user


def test_guessing_the_present_password_is_throttled_as_signing_in_is(
    client: Browser, app: Flask, user: User
) -> None:
    client.sign_in("liming")
    for _ in range(PER_ACCOUNT):
        assert change_password(client, "falsch", NEW).status_code == 422
    assert change_password(client, PASSWORD, NEW).status_code == 429
    other = app.test_client()
    assert isinstance(other, type(client))
    assert sign_in(other).status_code == 429
    del user


def test_a_token_is_shown_once_and_revoked_by_its_owner_only(
    client: Browser, app: Flask, session: Session, user: User
) -> None:
    builders.person(session, "other", "别人")
    session.commit()
    client.sign_in("liming")
    made = client.post("/settings/tokens", data={"name": "报表", "days": "30"})
    found = re.search(r"zy_[A-Za-z0-9_-]{43}", made.text)
    assert found
    assert found[0] not in client.get("/settings/tokens").text
    assert client.post("/settings/tokens", data={"name": "", "days": "9999"}).status_code == 422
    token_id = session.scalars(select(Token.id)).one()
    session.rollback()
    other = app.test_client()
    assert isinstance(other, type(client))
    other.sign_in("other")
    assert other.post(f"/settings/tokens/{token_id}/revocation").status_code == 404
    assert "报表" not in other.get("/settings/tokens").text
    assert client.post(f"/settings/tokens/{token_id}/revocation").status_code == 302
    assert "报表" not in client.get("/settings/tokens").text.replace("flash", "")
    del user


def test_too_many_tokens_are_refused_on_the_page(client: Browser, session: Session, user: User) -> None:
    for _ in range(50):
        builders.token(session, user)
    session.commit()
    client.sign_in("liming")
    assert client.post("/settings/tokens", data={"name": "报表", "days": "30"}).status_code == 422
