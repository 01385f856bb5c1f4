"""Pages of shelves: favourites and the reading list, and the buttons that put something there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.content.presenting import shown
from portal.content.shelves import queries, services
from portal.platform.access import find
from portal.platform.items import Item
from portal.web.context import item_url
from portal.web.database import session
from portal.web.flashing import offer
from portal.web.identity import actor
from portal.web.routing import Needs, Pages

if TYPE_CHECKING:
    from werkzeug import Response

pages = Pages("shelves", __name__)
LISTS = {"favourites", "reading_list"}


@pages.read("/favourites")
def favourites() -> str:
    """What one has starred and may still read."""
    cards = shown(queries.favourites(session(), actor()))
    urls = [url_for("shelves.star", item_id=card.id) for card in cards]
    return render_template("shelves/favourites.html", rows=list(zip(cards, urls, strict=True)))


@pages.read("/reading-list")
def reading_list() -> str:
    """What one wants to read, in order, and what one has read."""
    entries = queries.reading_list(session(), actor())
    rows = [
        _row(entry, card) for entry, card in zip(entries, shown(entry.card for entry in entries), strict=True)
    ]
    return render_template(
        "shelves/reading_list.html",
        waiting=[row for row in rows if not row["done_at"]],
        done=[row for row in rows if row["done_at"]],
    )


def _row(entry: queries.Entry, card: Any) -> dict[str, Any]:  # noqa: ANN401 - a shown card
    names = {"tick": "shelves.tick", "place": "shelves.place", "take": "shelves.put_off"}
    urls = {name: url_for(endpoint, item_id=card.id) for name, endpoint in names.items()}
    return {"card": card, "done_at": entry.done_at, "urls": urls}


@pages.write("/items/<int:item_id>/stars", needs=Needs.SIGNED_IN)
def star(item_id: int) -> Response:
    """Make an item a favourite, or no longer."""
    item, on = find(session(), actor(), Item, item_id), _wants("on")
    services.star(session(), actor(), item, on=on)
    said = _("Added to your favourites.") if on else _("Taken off your favourites.")
    offer(said, url_for("shelves.star", item_id=item_id, on=int(not on), back=request.values.get("back")))
    return _back(item)


@pages.write("/items/<int:item_id>/reading-list", needs=Needs.SIGNED_IN)
def put_off(item_id: int) -> Response:
    """Put an item on the reading list, or take it off."""
    item, on = find(session(), actor(), Item, item_id), _wants("on")
    services.put_off(session(), actor(), item, on=on)
    said = _("Added to your reading list.") if on else _("Taken off your reading list.")
    offer(said, url_for("shelves.put_off", item_id=item_id, on=int(not on), back=request.values.get("back")))
    return _back(item)


@pages.write("/reading-list/<int:item_id>/ticks", needs=Needs.SIGNED_IN)
def tick(item_id: int) -> Response:
    """Mark an entry as read, or as still to be read."""
    services.tick(session(), actor(), find(session(), actor(), Item, item_id), done=_wants("done"))
    return redirect(url_for("shelves.reading_list"))


@pages.write("/reading-list/<int:item_id>/places", needs=Needs.SIGNED_IN)
def place(item_id: int) -> Response:
    """Move an entry up, down or to the top."""
    item = find(session(), actor(), Item, item_id)
    entries = queries.reading_list(session(), actor())
    order = [entry.card.id for entry in entries if not entry.done_at]
    moved = services.moved(order, item.id, request.form.get("to", ""))
    services.put_in_order(session(), actor(), moved)
    return redirect(url_for("shelves.reading_list", _anchor=f"entry-{item_id}"))


def _wants(name: str) -> bool:
    return request.values.get(name) == "1"


def _back(item: Item) -> Response:
    """To the list one came from, else to the item."""
    back = request.values.get("back")
    return redirect(url_for(f"shelves.{back}") if back in LISTS else item_url(item.kind, item.id))
