"""Who may read an item: the one rule, as data, for every list, page, answer, feed, export and search.

An item's audience is a set of tokens, an actor carries tokens, and reading needs one in common. Tokens are written by
one listener inside the transaction that changes the item; nothing else writes them. What one may not read does not
exist: it is *not found*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Select, bindparam, delete, event, exists, func, insert, select
from sqlalchemy.orm import Session

from portal.kernel.errors import ForbiddenError, NotFoundError
from portal.platform.items import DELETED, Audience, FormerAudience, Item
from portal.platform.kinds import KINDS
from portal.platform.search import queue

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from sqlalchemy import Connection

    from portal.kernel.actor import Actor

ItemType = TypeVar("ItemType", bound=Item)
Hearer: TypeAlias = "Callable[[Connection, Item, set[str]], None]"
_hearers: dict[Hearer, None] = {}


def _rule(tokens: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a list, or a parameter that will hold one
    """An item's own or its holder's audience shares a token with the given ones."""
    holder = func.coalesce(Item.holder_id, Item.id)
    shared = exists().where(Audience.item_id == holder, Audience.token.in_(tokens)).correlate(Item)
    return shared & (Item.state != DELETED)


# The rule for statements that are built once and run with `as_read_by(actor)`: building and keying a statement costs
# SQLAlchemy more than SQLite needs to answer it. Run without the parameter, such a statement fails; it never widens.
READABLE = _rule(bindparam("reader_tokens", expanding=True))


def as_read_by(actor: Actor) -> dict[str, list[str]]:
    """The parameter of statements that contain `READABLE`."""
    return {"reader_tokens": sorted(actor.tokens)}


def readable(actor: Actor) -> ColumnElement[bool]:
    """The rule as an SQL expression over `items`, with the actor's tokens in it."""
    return _rule(sorted(actor.tokens))


def items(actor: Actor, model: type[ItemType]) -> Select[ItemType]:
    """All items of a kind (or, with `Item`, of every kind) that the actor may read."""
    return select(model).where(readable(actor))


def columns(actor: Actor, *wanted: Any) -> Select[Any]:  # noqa: ANN401 - any column expression
    """Chosen columns of the items that the actor may read."""
    return select(*wanted).select_from(Item).where(readable(actor))


def find(session: Session, actor: Actor, model: type[ItemType], item_id: int) -> ItemType:
    """One item.

    Raises:
        NotFoundError: it does not exist, or the actor may not read it; nobody can tell which.
    """
    item = session.scalar(items(actor, model).where(model.id == item_id))
    if item is None:
        raise NotFoundError
    return item


def unscoped(model: type[ItemType]) -> Select[ItemType]:
    """Items regardless of who asks, for work that shows them to nobody: the index's own copy and idempotent imports."""
    return select(model)


def find_deleted(session: Session, actor: Actor, model: type[ItemType], item_id: int) -> ItemType:
    """One item in the bin, for undoing its deletion; whether the actor may do that is the kind's policy.

    Raises:
        NotFoundError: it does not exist or is not in the bin.
    """
    item = session.scalar(select(model).where(model.id == item_id, in_bin(actor)))
    if item is None:
        raise NotFoundError
    return item


def in_bin(actor: Actor) -> ColumnElement[bool]:
    """The rule of the bin over `items`: what one wrote, and what one read in a space that one edits."""
    tokens = sorted(actor.tokens)
    holder = exists().where(Audience.item_id == Item.holder_id, Audience.token.in_(tokens)).correlate(Item)
    own = exists().where(FormerAudience.item_id == Item.id, FormerAudience.token.in_(tokens)).correlate(Item)
    return (Item.state == DELETED) & (
        (Item.author_id == actor.user_id) | (Item.space_id.in_(sorted(actor.edits)) & (own | holder))
    )


def readable_ids(session: Session, actor: Actor, ids: Collection[int]) -> set[int]:
    """Those of the given items that the actor may read now."""
    return set(session.scalars(columns(actor, Item.id).where(Item.id.in_(ids)))) if ids else set()


def require(allowed: bool, message: object = "") -> None:  # noqa: FBT001 - reads as a sentence: require(may_edit(…))
    """Refuse to go on.

    Raises:
        ForbiddenError: `allowed` is false.
    """
    if not allowed:
        raise ForbiddenError(message)


def take_turn(session: Session) -> None:
    """Take the lock of the change log. It comes before the first row: those who took it later could wait for each other."""
    queue.put(session.connection(), ())


def lock(session: Session, item: Item) -> None:
    """Keep others from changing an item until the end of the transaction, and read it anew.

    What was read before may be out of date by now: a text saved over it would bring back the audience of a state that
    the item has left.
    """
    take_turn(session)
    session.refresh(item, with_for_update={"key_share": True})


def install(*hearers: Hearer) -> None:
    """Attach the listeners to every session of the process; calling it again changes nothing.

    Args:
        hearers: told of every change of an audience, inside its transaction.
    """
    _hearers.update(dict.fromkeys(hearers))
    if not event.contains(Session, "after_flush", _after_flush):
        event.listen(Session, "before_flush", _before_flush)
        event.listen(Session, "after_flush", _after_flush)


def requeue(session: Session, ids: Sequence[int]) -> None:
    """Have items indexed anew although their own rows did not change through the mapper."""
    queue.put(session.connection(), ids)


def touch(session: Session, item: Item) -> None:
    """Compute an item's audience anew and put it into the search queue, after something beside its row has changed."""
    session.flush()
    _store(session, [item])


def _before_flush(session: Session, _context: object, _instances: object) -> None:
    if any(isinstance(row, Item) for row in session.new | session.dirty):
        take_turn(session)


def _after_flush(session: Session, _context: object) -> None:
    changed = [row for row in session.new | session.dirty if isinstance(row, Item)]
    if changed:
        _store(session, changed)


def _store(session: Session, changed: Sequence[Item]) -> None:
    queued = [item.id for item in changed]
    for item in changed:
        if _replace_audience(session, item):
            held = select(Item.id).where(Item.holder_id == item.id)
            queued.extend(session.connection().scalars(held))
    queue.put(session.connection(), queued)


def _replace_audience(session: Session, item: Item) -> bool:
    """Bring the stored tokens in line with the policy; whether anything had to change."""
    connection = session.connection()
    wanted = set() if item.holder_id or item.state == DELETED else set(KINDS[item.kind].policy.audience(item))
    stored = set(connection.scalars(select(Audience.token).where(Audience.item_id == item.id)))
    gone, come = stored - wanted, wanted - stored
    if gone or come:
        for hear in _hearers:
            hear(connection, item, wanted)
        _remember(connection, item, stored if item.state == DELETED else set())
    if gone:
        connection.execute(delete(Audience).where(Audience.item_id == item.id, Audience.token.in_(gone)))
    if come:
        connection.execute(insert(Audience), [{"item_id": item.id, "token": token} for token in sorted(come)])
    return bool(gone or come)


def _remember(connection: Connection, item: Item, tokens: set[str]) -> None:
    """Keep who read an item as long as it lies in the bin."""
    connection.execute(delete(FormerAudience).where(FormerAudience.item_id == item.id))
    if tokens:
        connection.execute(
            insert(FormerAudience), [{"item_id": item.id, "token": token} for token in sorted(tokens)]
        )
