"""The search page."""

from __future__ import annotations

from flask import render_template, request

from portal.features.search import results
from portal.platform.search.syntax import parse
from portal.web.database import session
from portal.web.identity import actor
from portal.web.routing import Pages

pages = Pages("search", __name__)


@pages.read("/search")
def index() -> str:
    """What a query finds, by order and page."""
    typed = request.args.get("q", "").strip()
    tree = parse(typed)
    if tree.is_empty:
        return render_template(
            "search/index.html", query=typed, found=None, hits=[], facets=[], **results.nothing(typed)
        )
    place = results.Place(results.known_sort(request.args.get("sort")), request.args.get("page", 1, type=int))
    return render_template("search/index.html", **results.page(session(), actor(), tree, place))
