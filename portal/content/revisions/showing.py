"""Each version remembers who could read it while it was the current one: whoever could not, does not read it later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from portal.content.records import Revision

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from portal.platform.items import Item


def remember(connection: Connection, item: Item, tokens: set[str]) -> None:
    """Note that the current version of an item is read by these, too. What once was shown is not unseen by hiding it."""
    current = (Revision.item_id == item.id) & (Revision.version == item.version)
    known = connection.scalar(select(Revision.audience).where(current))
    if known is not None and not tokens <= set(known):
        wider = sorted(tokens | set(known))
        connection.execute(update(Revision).where(current).values(audience=wider))
