"""Proving who one is: one throttle over every way in, one answer, and nothing common as a password."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from portal.content import actors
from portal.kernel.errors import ForbiddenError, InvalidError, NotFoundError
from portal.people import credentials, keys, services
from portal.people.credentials import PER_ACCOUNT, PER_NETWORK, WINDOW, ThrottledError
from portal.people.models import Attempt, SignIn, Token
from tests import builders
from tests.builders.people import administrator

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.people.models import User

NOW = builders.NOW
HERE = "192.0.2.7"
PASSWORD = "Silica-S200mp-烟囱"
COMMON = Path(__file__).resolve().parents[3] / "shared" / "attack" / "passwords" / "top10000.txt"


@pytest.fixture
def user(session: Session) -> User:
    made = builders.person(session)
    services.set_password(session, builders.actor_of(session, made), made, PASSWORD)
    session.commit()
    return made


def attempts(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Attempt)) or 0


def test_the_right_password_is_proof_whatever_the_case_of_the_name(session: Session, user: User) -> None:
    assert credentials.check(session, " LiMing ", PASSWORD, HERE, NOW) is user
    assert attempts(session) == 0


def test_wrong_unknown_and_deactivated_are_answered_alike(session: Session, user: User) -> None:
    assert credentials.check(session, "liming", "falsch", HERE, NOW) is None
    assert credentials.check(session, "nobody", PASSWORD, HERE, NOW) is None
    services.deactivate(session, builders.actor_of(session, administrator(session)), user)
    assert credentials.check(session, "liming", PASSWORD, HERE, NOW) is None
    assert attempts(session) == 3


def test_nobody_signs_in_without_a_password_having_been_set(session: Session) -> None:
    builders.person(session)
    assert credentials.check(session, "liming", "", HERE, NOW) is None


def test_an_account_takes_ten_failures_and_then_waits(session: Session, user: User) -> None:
    for _ in range(PER_ACCOUNT):
        assert credentials.check(session, "liming", "falsch", HERE, NOW) is None
    with pytest.raises(ThrottledError, match="15"):
        credentials.check(session, " LIMING", PASSWORD, "198.51.100.9", NOW)
    later = NOW + WINDOW + dt.timedelta(seconds=1)
    assert credentials.check(session, "liming", PASSWORD, HERE, later) is user
    assert attempts(session) == 0


def test_a_network_takes_a_hundred_failures_over_all_accounts(session: Session, user: User) -> None:
    del user
    for number in range(PER_NETWORK):
        credentials.fail(session, f"account {number}", HERE, NOW)
    with pytest.raises(ThrottledError):
        credentials.check(session, "liming", PASSWORD, HERE, NOW)
    assert credentials.check(session, "liming", PASSWORD, "198.51.100.9", NOW)


def test_old_failures_are_forgotten(session: Session) -> None:
    credentials.fail(session, "a", HERE, NOW - 5 * WINDOW)
    session.flush()
    credentials.fail(session, "b", HERE, NOW)
    assert attempts(session) == 1


def test_a_secret_is_kept_as_a_hash_only(session: Session, user: User) -> None:
    secret = credentials.open_sign_in(session, user, "browser", NOW, 14)
    assert session.scalars(select(SignIn.digest)).all() == [credentials.digest(secret)]
    assert secret not in credentials.digest(secret)


def test_a_sign_in_ends_by_time_and_by_hand(session: Session, user: User) -> None:
    secret = credentials.open_sign_in(session, user, "browser", NOW, 14)
    zone = builders.actor_of(session, user).zone
    assert actors.of_sign_in(session, secret, NOW, zone)
    assert actors.of_sign_in(session, secret, NOW + dt.timedelta(days=14), zone) is None
    credentials.close_sign_in(session, secret)
    assert actors.of_sign_in(session, secret, NOW, zone) is None


def test_a_new_password_ends_sign_ins_and_tokens_at_once(session: Session, user: User) -> None:
    actor = builders.actor_of(session, user)
    secret = credentials.open_sign_in(session, user, "browser", NOW, 14)
    token = keys.issue(session, actor, "报表", 30)
    assert actors.of_token(session, token, actor.now, actor.zone)
    services.set_password(session, actor, user, "Another-S185-烟囱")
    assert actors.of_sign_in(session, secret, NOW, actor.zone) is None
    assert actors.of_token(session, token, actor.now, actor.zone) is None
    assert keys.own(session, actor) == []


def test_reactivating_somebody_does_not_revive_their_sign_ins(session: Session, user: User) -> None:
    admin = builders.actor_of(session, administrator(session))
    secret = credentials.open_sign_in(session, user, "browser", NOW, 14)
    token = builders.token(session, user)
    services.deactivate(session, admin, user)
    services.reactivate(session, admin, user)
    assert actors.of_sign_in(session, secret, NOW, admin.zone) is None
    assert actors.of_token(session, token, NOW, admin.zone) is None


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "Short-7",
        "x" * 201,
        "password",
        "PassWord",
        "12345678",
        "qwertyuiop",
        "liming",
        "Liming2026!",
        "1234567890!",
    ],
)
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(InvalidError) as refused:
        credentials.check_new_password(password, "liming")
    assert "password" in refused.value.fields


def test_a_long_phrase_is_accepted() -> None:
    credentials.check_new_password("白炭黑分散要先看水分", "liming")


@pytest.mark.skipif(not COMMON.exists(), reason="the list of common passwords is not here")
def test_the_ten_thousand_commonest_passwords_are_refused() -> None:
    def passes(password: str) -> bool:
        try:
            credentials.check_new_password(password, "liming")
        except InvalidError:
            return False
        return True

    words = COMMON.read_text("utf-8").splitlines()
    assert len(words) >= 10_000
    assert [word for word in words if passes(word) or passes(word.upper()) or passes(word.capitalize())] == []


def test_a_hash_of_yesterday_is_renewed_at_sign_in(
    session: Session, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = user.password_hash
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(credentials, "_hasher", stronger)
    assert credentials.check(session, "liming", PASSWORD, HERE, NOW) is user
    assert user.password_hash != before


def test_only_oneself_and_administrators_set_a_password(session: Session, user: User) -> None:
    other = builders.actor_of(session, builders.person(session, "other", "别人"))
    with pytest.raises(ForbiddenError):
        services.set_password(session, other, user, PASSWORD)


def test_keys_are_named_limited_and_revoked_by_their_owner_only(session: Session, user: User) -> None:
    actor = builders.actor_of(session, user)
    other = builders.actor_of(session, builders.person(session, "other", "别人"))
    for name, days in (("", 10), ("报表", 0), ("报表", 400)):
        with pytest.raises(InvalidError):
            keys.issue(session, actor, name, days)
    keys.issue(session, actor, "报表", 10)
    session.flush()
    token = session.scalars(select(Token)).one()
    with pytest.raises(NotFoundError):
        keys.revoke(session, other, token.id)
    keys.revoke(session, actor, token.id)
    assert keys.own(session, actor) == []


def test_nobody_hoards_keys(session: Session, user: User) -> None:
    actor = builders.actor_of(session, user)
    for _ in range(keys.MOST):
        keys.issue(session, actor, "报表", 10)
    with pytest.raises(InvalidError, match="50"):
        keys.issue(session, actor, "报表", 10)
