"""Puts the API together: one blueprint, its routes from the register of kinds."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from apiflask import APIBlueprint
from apiflask.exceptions import HTTPError

from portal.content.api import specification, tokens, views
from portal.content.api.schemas import (
    ListQuery,
    MeOut,
    Nothing,
    SearchOut,
    SearchQuery,
    page_of,
)
from portal.kernel.errors import InvalidError
from portal.people.credentials import WINDOW
from portal.platform.kinds import KINDS
from portal.web.errors import problem
from portal.web.routing import Cache, Declaration, Needs, Rate, declared

if TYPE_CHECKING:
    from apiflask import APIFlask
    from flask import Response
    from flask_wtf import CSRFProtect
    from pydantic import BaseModel

    from portal.content.api.views import Resolve, View
    from portal.platform.kinds import Kind

PREFIX = "/api/v1"


def install(app: APIFlask, csrf: CSRFProtect, resolve: Resolve) -> None:
    """Add the API and its documentation to the application.

    Args:
        app: the application; the register of kinds is filled.
        csrf: told to leave the API alone, which sees no cookie and therefore needs no protection from other sites.
        resolve: turns the names in a query into keys, as on the search page.
    """
    specification.install(app)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Chinese is read as Chinese, and takes half the bytes
    app.register_error_handler(HTTPError, _invalid)
    api = _blueprint(resolve)
    csrf.exempt(api)
    app.register_blueprint(api)
    app.register_blueprint(views.pages)


def _blueprint(resolve: Resolve) -> APIBlueprint:
    api = APIBlueprint("api", __name__, url_prefix=PREFIX, tag="api")
    api.before_request(tokens.begin)
    api.after_request(_guarded)
    api.register_error_handler(InvalidError, _unfit)
    for kind in KINDS.values():
        _add_kind(api, kind)
    _add(api, "/search", "search", views.searching(resolve), SearchQuery, SearchOut)
    _add(api, "/me", "me", views.me, Nothing, MeOut)
    _add_description(api)
    return api


def _add_kind(api: APIBlueprint, kind: Kind) -> None:
    page = page_of(kind)
    _add(api, f"/{kind.plural}", f"list_{kind.plural}", views.listing(kind, page), ListQuery, page)
    rule = f"/{kind.plural}/<int:item_id>"
    _add(api, rule, f"read_{kind.name}", views.single(kind), Nothing, kind.api, Cache.PRIVATE)


def _add(  # noqa: PLR0913, PLR0917 - what a route consists of
    api: APIBlueprint,
    rule: str,
    name: str,
    view: View,
    query: type[BaseModel],
    answer: type[BaseModel],
    cache: Cache = Cache.NEVER,
) -> None:
    """A route for holders of a token: the token is looked at first, then the question, then the item."""
    view = api.output(answer)(_named(view, name))
    view = api.auth_required(tokens.auth)(api.input(query, location="query")(view))
    view = api.doc(operation_id=name)(view)
    api.add_url_rule(rule, name, declared(view, Declaration(Needs.TOKEN, Rate.READ, cache)), methods=["GET"])


def _add_description(api: APIBlueprint) -> None:
    """The description itself is for everybody: it says what could be asked, and holds no data."""
    view = api.input(Nothing, location="query")(_named(views.document, "openapi"))
    view = api.doc(operation_id="openapi", responses={200: "OpenAPI 3.1"})(view)
    declaration = Declaration(Needs.ANYONE, Rate.READ, Cache.PRIVATE)
    api.add_url_rule("/openapi.json", "openapi", declared(view, declaration), methods=["GET"])


def _named(view: View, name: str) -> View:
    """A function of its own for each route: APIFlask keeps its notes on the function."""

    @functools.wraps(view)
    def call(**arguments: Any) -> Any:  # noqa: ANN401 - whatever the view gives
        return view(**arguments)

    call.__name__ = name
    return call


def _invalid(error: HTTPError) -> Response:
    """A question that does not fit its schema."""
    errors = error.detail.get("query", error.detail) if isinstance(error.detail, dict) else error.detail
    return problem(error.status_code, str(error.message), errors)


def _unfit(error: InvalidError) -> Response:
    """A question that its schema lets pass and that yet has no answer."""
    return problem(error.status, str(error.message), error.fields)


def _guarded(response: Response) -> Response:
    """Answers depend on the key; refusals are kept by nobody."""
    response.vary.add("Authorization")
    if response.status_code >= 400:  # noqa: PLR2004 - HTTP's border between good and bad
        response.headers["Cache-Control"] = "no-store"
    if response.status_code == 429:  # noqa: PLR2004 - too many requests
        response.headers["Retry-After"] = str(int(WINDOW.total_seconds()))
    return response
