"""Pages that declare themselves: who may call them, how often, and how long an answer may be kept.

A route without all three does not start. The wrapper made here is also the one place that commits: an answer below 400
is committed before it leaves, everything else is rolled back.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, make_response
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

from portal.kernel.errors import ForbiddenError
from portal.web.database import session
from portal.web.identity import actor, actor_or_none

if TYPE_CHECKING:
    from flask import Flask, Response

View = Callable[..., Any]


class Needs(Enum):
    """Who may call a page at all; what they see there is decided by the access rule and the policies."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    MEMBER = "member"
    ADMINISTRATOR = "administrator"
    TOKEN = "token"  # noqa: S105 - the name of a kind of caller


class Rate(Enum):
    """How often one person may call a page; the limits stand in the settings."""

    READ = "read"
    WRITE = "write"
    UPLOAD = "upload"
    PROOF = "proof"  # counted in the database by `people.credentials`, over every way in


class Cache(Enum):
    """How long an answer may be kept, and by whom."""

    PRIVATE = "private, no-cache"
    NEVER = "no-store"
    FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a route says of itself."""

    needs: Needs
    rate: Rate
    cache: Cache


def _who() -> str:
    known = actor_or_none()
    return f"user:{known.user_id}" if known else get_remote_address()


limiter = Limiter(_who, storage_uri="memory://")


class Pages(Blueprint):
    """A blueprint whose routes declare themselves."""

    def read(
        self, rule: str, *, needs: Needs = Needs.SIGNED_IN, cache: Cache = Cache.PRIVATE
    ) -> Callable[[View], View]:
        """A page that changes nothing."""
        return self._declare(rule, ["GET"], Declaration(needs, Rate.READ, cache))

    def write(
        self,
        rule: str,
        *,
        needs: Needs = Needs.MEMBER,
        rate: Rate = Rate.WRITE,
        methods: tuple[str, ...] = ("POST",),
    ) -> Callable[[View], View]:
        """A page that changes something; its answer is never kept."""
        return self._declare(rule, list(methods), Declaration(needs, rate, Cache.NEVER))

    def _declare(self, rule: str, methods: list[str], declaration: Declaration) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            self.add_url_rule(rule, view.__name__, declared(view, declaration), methods=methods)
            return view

        return decorate


def declared(view: View, declaration: Declaration) -> View:
    """The view behind its declaration: refused, limited, committed."""

    @functools.wraps(view)
    def call(**arguments: Any) -> Response:  # noqa: ANN401 - values of the URL
        _admit(declaration.needs)
        response = make_response(view(**arguments))
        _finish(response, declaration.cache)
        return response

    call.declaration = declaration  # type: ignore[attr-defined]  # read by `check` and by the tests
    return _limited(call, declaration.rate)


class _Key(IntegerConverter):
    """A number that can be a key: larger ones lead nowhere instead of failing in the database."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


class _Name(UnicodeConverter):
    """A name without NUL, which no database holds and PostgreSQL refuses to look for."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map)
        self.regex = r"[^/\x00]+"


def install(app: Flask) -> None:
    """Prepare an application for declared pages."""
    app.url_map.converters["int"] = _Key
    app.url_map.converters["default"] = _Name
    limiter.init_app(app)


def check(app: Flask) -> None:
    """See that every route has declared itself.

    Raises:
        TypeError: a route has not.
    """
    for rule in app.url_map.iter_rules():
        if not hasattr(app.view_functions[rule.endpoint], "declaration"):
            raise TypeError(
                f"{rule.rule} declares neither who may call it nor how often nor how long it is kept"
            )


def _admit(needs: Needs) -> None:
    if needs in {Needs.ANYONE, Needs.TOKEN}:
        return
    person = actor()
    allowed = {
        Needs.SIGNED_IN: True,
        Needs.MEMBER: person.is_member,
        Needs.ADMINISTRATOR: person.is_admin,
    }
    if not allowed[needs]:
        raise ForbiddenError


def _finish(response: Response, cache: Cache) -> None:
    if response.status_code < 400:  # noqa: PLR2004 - HTTP's border between good and bad
        session().commit()
    else:
        session().rollback()
    response.headers.setdefault("Cache-Control", cache.value)
    if cache is not Cache.FOREVER:
        response.vary.update(("Cookie", "HX-Request", "Accept-Language"))


def _limited(call: View, rate: Rate) -> View:
    if rate not in {Rate.WRITE, Rate.UPLOAD}:
        return call
    limited: View = limiter.shared_limit(lambda: current_app.config["RATES"][rate.value], scope=rate.value)(
        call
    )
    limited.declaration = call.declaration  # type: ignore[attr-defined]
    return limited
