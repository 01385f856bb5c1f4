"""What the API answers: find, present, respond. Made for each kind that the catalogue lists."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from flask import current_app, jsonify, render_template, request

from portal.content.api import presenting, queries, specification
from portal.platform.search import service
from portal.platform.search.syntax import Query, parse
from portal.web.context import engine
from portal.web.database import session
from portal.web.identity import actor
from portal.web.routing import Pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from pydantic import BaseModel
    from sqlalchemy.orm import Session

    from portal.content.api.schemas import ListQuery, Nothing, SearchQuery
    from portal.kernel.actor import Actor
    from portal.platform.kinds import Kind

    Resolve = Callable[[Session, Actor, Query], Query]
    View = Callable[..., Any]

FILTERS = ("kind", "space", "author", "tag", "region", "year", "state")

pages = Pages("api_pages", __name__)


def listing(kind: Kind, schema: type[BaseModel]) -> View:
    """The list of a kind, in pages of a schema."""
    row_schema = schema.model_fields["items"].annotation.__args__[0]  # type: ignore[union-attr]  # a list of rows

    def view(query_data: ListQuery) -> BaseModel:
        page = queries.listed(session(), actor(), kind, query_data)
        return schema(items=[presenting.outgoing(row_schema, row) for row in page.rows], next=page.next)

    return view


def single(kind: Kind) -> View:
    """One item of a kind."""

    def view(item_id: int, query_data: Nothing) -> Response:
        del query_data
        row = queries.one(session(), actor(), kind, item_id)
        return _tagged(presenting.outgoing(kind.api, row), row.item.version)

    return view


def _tagged(answer: BaseModel, version: int) -> Response:
    """The answer under an entity tag that begins with the version, and ends with what changes without one: counts.

    It is a weak one because compression, which happens later, would otherwise give it another name.
    """
    response = jsonify(answer.model_dump(mode="json"))
    response.set_etag(f"{version}-{hashlib.sha256(response.get_data()).hexdigest()[:12]}", weak=True)
    response.make_conditional(request)
    return response


def searching(resolve: Resolve) -> View:
    """The search; `resolve` turns the names in a query into keys, as on the search page."""

    def view(query_data: SearchQuery) -> BaseModel:
        tree = _tree(query_data)
        if tree is None or tree.is_empty:
            return presenting.nothing(query_data.q)
        resolved = resolve(session(), actor(), tree)
        answer = service.search(
            session(), actor(), engine(), resolved,
            sort=query_data.sort, offset=query_data.offset, limit=query_data.limit,
        )  # fmt: skip
        return presenting.found(session(), actor(), tree.text, answer)

    return view


def _tree(wanted: SearchQuery) -> Query | None:
    """The query with the filters given beside it; None when one of them can hold for nothing."""
    tree = parse(wanted.q)
    for field in FILTERS:
        value = getattr(wanted, field)
        if value is None:
            continue
        if Query().with_filter(field, str(value)).is_empty:
            return None
        tree = tree.with_filter(field, str(value))
    return tree


def me(query_data: Nothing) -> BaseModel:
    """Whose token this is."""
    del query_data
    return presenting.me(session(), actor())


def document(query_data: Nothing) -> Response:
    """This description of the API."""
    del query_data
    return jsonify(specification.of(current_app))


@pages.read("/api/docs")
def docs() -> str:
    """The API for people, from the description that programs read."""
    spec = specification.of(current_app)
    return render_template("api/docs.html", spec=spec, operations=specification.operations(spec))
