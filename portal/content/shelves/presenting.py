"""The buttons of shelves on the page of an item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.content.shelves import queries
from portal.web.database import session
from portal.web.identity import actor

if TYPE_CHECKING:
    from portal.platform.items import Item


def shelf(item: Item) -> dict[str, Any]:
    """Where the reader keeps an item, and the addresses for changing that."""
    standing = queries.standing(session(), actor(), item.id)
    return {
        "is_favourite": standing.is_favourite,
        "is_to_read": standing.is_to_read,
        "star_url": f"/items/{item.id}/stars",
        "later_url": f"/items/{item.id}/reading-list",
    }
