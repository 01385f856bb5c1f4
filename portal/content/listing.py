"""Orders and filters that every list of items offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.kernel.messages import _l
from portal.platform.items import Item

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import InstrumentedAttribute

    from portal.kernel.messages import Message

NEWEST = "newest"

SORTS: Mapping[str, tuple[Message, Sequence[InstrumentedAttribute[Any]]]] = {
    NEWEST: (_l("Newest"), (Item.published_at, Item.id)),
    "most_read": (_l("Most read"), (Item.read_count, Item.id)),
    "most_replied": (_l("Most replied"), (Item.reply_count, Item.id)),
    "updated": (_l("Recently changed"), (Item.updated_at, Item.id)),
}


def sort_key(wanted: str | None) -> str:
    """A known order, the newest first unless another is asked for."""
    return wanted if wanted and wanted in SORTS else NEWEST
