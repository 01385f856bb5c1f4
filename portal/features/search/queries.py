"""Reads of the search page: names in a query, texts of the shown hits, labels of facets."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import undefer

from portal.content import cards
from portal.content.spaces.queries import readable_spaces
from portal.kernel.markup import plain_text
from portal.people.models import User
from portal.people.queries import regions
from portal.platform.access import items
from portal.platform.items import Item
from portal.platform.kinds import KINDS
from portal.platform.search.syntax import Either, Filter, Not, Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import InstrumentedAttribute, Session

    from portal.content.cards import Card
    from portal.kernel.actor import Actor

STATES = {
    "草稿": "draft",
    "审核中": "in_review",
    "已发布": "published",
    "已归档": "archived",
    "归档": "archived",
}
FLAGS = {
    "未回复": "unreplied",
    "待回复": "unreplied",
    "未解决": "unanswered",
    "已解决": "answered",
    "问题": "question",
    "提问": "question",
}
Lookup = Callable[[str], str]


def resolve(session: Session, actor: Actor, tree: Query) -> Query:
    """The query with the names people type (a space, a region, a person, a kind) turned into the keys of the index."""
    wanted = {clause.field for clause in _filters(tree)}
    lookups = {field: lookup(session, actor) for field, lookup in LOOKUPS.items() if field in wanted}
    return (
        replace(tree, clauses=tuple(_resolved(clause, lookups) for clause in tree.clauses))
        if lookups
        else tree
    )


def _filters(tree: Query) -> Iterable[Filter]:
    for clause in tree.clauses:
        parts = clause.terms if isinstance(clause, Either) else (clause,)
        for part in parts:
            term = part.term if isinstance(part, Not) else part
            if isinstance(term, Filter):
                yield term


def _resolved(clause: Any, lookups: Mapping[str, Lookup]) -> Any:  # noqa: ANN401 - any clause of the tree
    if isinstance(clause, Either):
        return Either(tuple(_resolved(term, lookups) for term in clause.terms))
    if isinstance(clause, Not):
        return Not(_resolved(clause.term, lookups))
    if isinstance(clause, Filter) and clause.field in lookups:
        return Filter(clause.field, lookups[clause.field](clause.value))
    return clause


def _spaces(session: Session, actor: Actor) -> Lookup:
    known = {space.key: (space.name, space.name_en) for space in session.scalars(readable_spaces(actor))}
    return _by_part(known)


def _regions(session: Session, _actor: Actor) -> Lookup:
    return _by_part({region.code: (region.name,) for region in regions(session)})


def _authors(session: Session, _actor: Actor) -> Lookup:
    def lookup(value: str) -> str:
        by_name = select(User.username).where(User.name == value).order_by(User.id).limit(1)
        return session.scalar(by_name) or value

    return lookup


def _kinds(_session: Session, _actor: Actor) -> Lookup:
    labels = {"文档": "document", "附件": "attachment", "回复": "reply", "人员": "person", "同事": "person"}
    labels |= {kind.plural: kind.name for kind in KINDS.values()}
    return lambda value: labels.get(value.lower(), value.lower())


def _by_part(known: Mapping[str, Sequence[str]]) -> Lookup:
    """The key whose name is, or else contains, what was typed; `region:华东` means 华东大区."""

    def lookup(value: str) -> str:
        folded = value.casefold()
        names = [(name.casefold(), key) for key, labels in known.items() for name in (key, *labels) if name]
        exact = [key for name, key in names if name == folded]
        return (exact or [key for name, key in names if folded in name] or [value])[0]

    return lookup


LOOKUPS: Mapping[str, Callable[[Any, Any], Lookup]] = {
    "space": _spaces,
    "region": _regions,
    "author": _authors,
    "kind": _kinds,
    "state": lambda _session, _actor: lambda value: STATES.get(value, value.lower()),
    "is": lambda _session, _actor: lambda value: FLAGS.get(value, value.lower()),
}


def texts(session: Session, actor: Actor, ids: Sequence[int]) -> dict[int, str]:
    """Plain texts of the shown hits, for their snippets."""
    found = items(actor, Item).where(Item.id.in_(ids)).options(undefer(Item.body))
    return {
        item.id: item.body if KINDS[item.kind].search.is_plain else _plain(item.body)
        for item in session.scalars(found)
    }


# The texts of popular hits are asked for again and again; the key is the text itself, so nothing can be out of date.
_plain = functools.lru_cache(maxsize=1024)(plain_text)


def sources(session: Session, actor: Actor, ids: Sequence[int]) -> dict[int, str]:
    """Names of the files that hits were imported from."""
    models = {kind.name: kind for kind in KINDS.values()}
    found = session.scalars(items(actor, Item).where(Item.id.in_(ids))).all()
    return {item.id: models[item.kind].search.source(item) for item in found}


def resorted(
    session: Session,
    actor: Actor,
    ids: Sequence[int],
    column: InstrumentedAttribute[int],
    offset: int,
    limit: int,
) -> list[Card]:
    """A page of hits by a figure that only the database knows, such as reads."""
    inline = Item.id.in_(_inline(ids))
    statement = cards.rows(actor).where(inline).order_by(column.desc(), Item.id.desc())
    return cards.fetch(session, statement.offset(offset).limit(limit))


def _inline(ids: Sequence[int]) -> Any:  # noqa: ANN401 - an SQL parameter
    """Numbers written into the statement: there may be more of them than a database takes parameters."""
    return bindparam("ids", [int(item_id) for item_id in ids], expanding=True, literal_execute=True)


def labels(session: Session, actor: Actor, locale: str, authors: Sequence[str]) -> dict[str, dict[str, str]]:
    """What the values of each facet are called."""
    spaces = {space.key: space.label(locale) for space in session.scalars(readable_spaces(actor))}
    by_name = select(User.username, User.name).where(User.username.in_(authors))
    people = {row.username: row.name for row in session.execute(by_name)}
    areas = {region.code: region.name for region in regions(session)}
    kinds = {kind.name: str(kind.label) for kind in KINDS.values()}
    return {"kind": kinds, "space": spaces, "author": people, "region": areas}
