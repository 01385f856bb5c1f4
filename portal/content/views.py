"""Pages that serve items of every kind: permalinks, titles, readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, request, url_for

from portal.content import links, redirects
from portal.content.notices.services import mark_item
from portal.content.readings import count_reading
from portal.content.redirecting import follows_redirects
from portal.kernel.typed import line
from portal.platform.access import find
from portal.platform.items import Item
from portal.web.context import item_url
from portal.web.database import session
from portal.web.identity import actor
from portal.web.routing import Needs, Pages

if TYPE_CHECKING:
    from werkzeug import Response

pages = Pages("content", __name__)


@pages.read("/items/<int:item_id>")
@follows_redirects
def permalink(item_id: int) -> Response:
    """The address of an item that never changes leads to the page of its kind."""
    item = find(session(), actor(), Item, item_id)
    return redirect(item_url(item.kind, item.id))


@pages.read("/go")
def by_title() -> Response:
    """Where a `[[title]]` leads: to the document of that title, else to a search for it."""
    title = line(request.args.get("title"))
    found = links.by_title(session(), actor(), title) or redirects.by_title(session(), actor(), title)
    return redirect(
        url_for("content.permalink", item_id=found) if found else url_for("search.index", q=title)
    )


@pages.write("/items/<int:item_id>/readings", needs=Needs.SIGNED_IN)
def read(item_id: int) -> tuple[str, int]:
    """The page was shown to somebody for a few seconds."""
    count_reading(session(), actor(), find(session(), actor(), Item, item_id))
    mark_item(session(), actor(), item_id)
    return "", 204
