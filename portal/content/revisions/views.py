"""Pages of the history of an item: its versions, one of them, two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from portal.content.revisions import pages as parts
from portal.kernel.paging import MAX_FIGURE
from portal.platform.access import find
from portal.platform.items import Item
from portal.web.database import session
from portal.web.headers import allow_drawing
from portal.web.identity import actor
from portal.web.routing import Pages

if TYPE_CHECKING:
    from werkzeug import Response

pages = Pages("revisions", __name__)


@pages.read("/items/<int:item_id>/revisions")
def history(item_id: int) -> str:
    """Who saved what, and when."""
    shown = parts.history_page(item_id, request.args.get("begin", type=int))
    return render_template("revisions/index.html", **shown)


@pages.read("/items/<int:item_id>/revisions/comparison")
def choose(item_id: int) -> Response:
    """Lead from the two versions that were picked to what differs between them, the earlier one first."""
    item = find(session(), actor(), Item, item_id)
    picked = [request.args.get(name, item.version, type=int) for name in ("before", "after")]
    before, after = (min(max(1, version), MAX_FIGURE) for version in sorted(picked))
    return redirect(url_for("revisions.compare", item_id=item_id, before=before, after=after))


@pages.read("/items/<int:item_id>/revisions/<int:before>..<int:after>")
def compare(item_id: int, before: int, after: int) -> str:
    """What differs between two versions."""
    return render_template("revisions/compare.html", **parts.comparison_page(item_id, before, after))


@pages.read("/items/<int:item_id>/revisions/<int:version>")
def show(item_id: int, version: int) -> str:
    """One version, as it was read."""
    shown = parts.version_page(item_id, version)
    if shown["has_mermaid"]:
        allow_drawing()
    return render_template("revisions/show.html", **shown)
