"""Reads of templates, and of what has been filled in by them.

For whoever compares or merges versions of an item: `said(definition, values)` gives the fields of one version as rows of key,
label and text, and `of_revision(session, revision.data)` does so for the `data` of a revision; two such lists of the same item
are compared by their keys. What was typed into a form that met a newer version is read by `filling.parsed`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import undefer

from portal.content.records import Rendering, Revision
from portal.content.spaces.models import Space
from portal.content.spaces.queries import readable_spaces
from portal.content.templates import fillings, values
from portal.content.templates.fillings import FILLED, Definition
from portal.content.templates.models import FieldValue, Filling, SpaceTemplate, Template
from portal.kernel.collation import pinyin_key
from portal.people.models import HEADQUARTERS, REGION, Department, User
from portal.platform import access
from portal.platform.access import READABLE, as_read_by, columns, readable
from portal.platform.items import ARCHIVED, DRAFT, PUBLISHED, Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

MOST_VERSIONS = 50


@dataclass(frozen=True, slots=True)
class Said:
    """A filled-in field as text."""

    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What has been filled into an item, with the version of the template that says how to read it.

    `name` is empty for a reader who may not read the template itself; its fields belong to the item all the same.
    """

    filling: Filling
    definition: Definition
    name: str
    newest: int
    is_offered: bool


@dataclass(frozen=True, slots=True)
class Writer:
    """What a title's pattern knows of who writes, and when."""

    name: str
    region: str
    department: str
    at: dt.datetime


# One statement for the page of an item. The template's own row is joined under the rule.
FACTS = (
    select(Filling, Revision.data, Item.title, Item.version, Item.state)
    .join(
        Revision, (Revision.item_id == Filling.template_id) & (Revision.version == Filling.template_version)
    )
    .outerjoin(Item, (Item.id == Filling.template_id) & READABLE)
    .where(Filling.item_id == bindparam("item_id"))
)


def facts(session: Session, actor: Actor, item_id: int) -> Facts | None:
    """What has been filled into an item that the actor reads; None when it was made without a template."""
    row = session.execute(FACTS, {"item_id": item_id, **as_read_by(actor)}).first()
    if row is None:
        return None
    filling, data, title, newest, state = row
    definition = fillings.read_definition(
        filling.template_id, filling.template_version, data[fillings.DEFINITION]
    )
    return Facts(filling, definition, title or "", newest or 0, state == PUBLISHED)


def said(definition: Definition, stored: Mapping[str, Any]) -> list[Said]:
    """The values of an item as text, in the order of its fields, without the empty ones."""
    found = [
        Said(field.key, field.label, values.text(field, stored.get(field.key))) for field in definition.fields
    ]
    return [each for each in found if each.text]


def of_revision(session: Session, data: Mapping[str, Any]) -> list[Said]:
    """The fields that a revision's `data` keeps, as text; none when the item was made without a template."""
    kept = data.get(FILLED)
    definition = fillings.definition(session, kept["template"], kept["version"]) if kept else None
    return said(definition, kept["values"]) if kept and definition else []


def fillings_of(session: Session, ids: Iterable[int]) -> dict[int, Filling]:
    """The fillings of items that have been found under the rule."""
    found = session.scalars(select(Filling).where(Filling.item_id.in_(list(ids))))
    return {filling.item_id: filling for filling in found}


NOTHING_FILLED: Mapping[str, Any] = {"template": None, "template_version": None, "fields": {}}


def filled(session: Session, actor: Actor, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What was filled into items found under the rule, as the API says it. A template one may not read has no number."""
    found = (
        select(Filling.item_id, Item.id, Filling.template_version, Filling.values)
        .outerjoin(Item, (Item.id == Filling.template_id) & readable(actor))
        .where(Filling.item_id.in_(ids))
    )
    return {
        item_id: {"template": template, "template_version": version, "fields": stored}
        for item_id, template, version, stored in session.execute(found)
    }


def words(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """What the index is told of the fields of items: their values as text."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = select(FieldValue.item_id, FieldValue.text).where(FieldValue.item_id.in_(ids))
    for item_id, text in session.execute(rows.order_by(FieldValue.id)):
        found[item_id].append(text)
    return {item_id: "\n".join(dict.fromkeys(texts)) for item_id, texts in found.items()}


def with_body(session: Session, actor: Actor, template_id: int) -> Template:
    """A template with its text.

    Raises:
        NotFoundError: it does not exist or the actor may not read it.
    """
    template = access.find(session, actor, Template, template_id)
    session.refresh(template, ["body"])
    return template


def offered(session: Session, actor: Actor) -> list[Template]:
    """The templates that the actor may take, in pinyin order."""
    found = session.scalars(access.items(actor, Template).where(Template.state == PUBLISHED))
    return sorted(found, key=lambda template: (pinyin_key(template.title), template.id))


def listed(session: Session, actor: Actor, state: str) -> list[Template]:
    """Templates in a state that the actor may read, with their texts' lengths left alone, in pinyin order."""
    wanted = state if state in {DRAFT, ARCHIVED} else PUBLISHED
    found = session.scalars(access.items(actor, Template).where(Template.state == wanted))
    return sorted(found, key=lambda template: (pinyin_key(template.title), template.id))


def used(session: Session, actor: Actor, template_id: int | None = None) -> dict[int, int]:
    """How many items made by each template the actor may read."""
    counted = columns(actor, Filling.template_id, func.count()).join(Filling, Filling.item_id == Item.id)
    if template_id is not None:
        counted = counted.where(Filling.template_id == template_id)
    rows = session.execute(counted.group_by(Filling.template_id))
    return {key: number for key, number in rows}  # noqa: C416 - rows are no pairs for the type checker


def spaces_with(session: Session, template_id: int) -> list[int]:
    """Keys of the spaces that offer a template first."""
    found = select(SpaceTemplate.space_id).where(SpaceTemplate.template_id == template_id)
    return list(session.scalars(found))


def default_of(session: Session, actor: Actor, space_id: int) -> int | None:
    """The template that a space offers first, if the actor may take it."""
    found: int | None = session.scalar(
        columns(actor, Item.id)
        .join(SpaceTemplate, SpaceTemplate.template_id == Item.id)
        .where(SpaceTemplate.space_id == space_id, Item.state == PUBLISHED)
    )
    return found


def space_id(session: Session, actor: Actor, key: str) -> int | None:
    """The key of a space by its short name, if the actor knows of it."""
    return (
        session.scalar(readable_spaces(actor).with_only_columns(Space.id).where(Space.key == key))
        if key
        else None
    )


def used_in(session: Session, actor: Actor, space_id: int) -> list[tuple[int, str, int]]:
    """The templates that published items of a space were made by: key, name, how many of them the actor may read."""
    counted = (
        columns(actor, Filling.template_id, func.count())
        .join(Filling, Filling.item_id == Item.id)
        .where(Item.space_id == space_id, Item.state == PUBLISHED)
        .group_by(Filling.template_id)
    )
    numbers = {key: number for key, number in session.execute(counted)}  # noqa: C416 - as in `used`
    if not numbers:
        return []
    named = columns(actor, Item.id, Item.title).where(Item.id.in_(numbers)).order_by(Item.id)
    return [(key, title, numbers[key]) for key, title in session.execute(named)]


def writer(session: Session, user_id: int, at: dt.datetime) -> Writer:
    """Who writes: name, department, and the region above it, at headquarters its name."""
    row = session.execute(
        select(User.name, Department)
        .join(Department, Department.id == User.department_id)
        .where(User.id == user_id)
    ).first()
    if row is None:
        return Writer("", "", "", at)
    name, department = row
    above = {each.id: each for each in session.scalars(select(Department).where(Department.id.in_(department.lineage)))}  # fmt: skip
    line = [above[key] for key in reversed(department.lineage) if key in above]
    regions = [each.name for each in line if each.kind == REGION]
    offices = [each.name for each in reversed(line) if each.kind == HEADQUARTERS]
    return Writer(name, (regions or offices or [""])[0], department.name, at)


def versions(session: Session, actor: Actor, template: Template) -> list[Any]:
    """The versions of a template that one may look at, newest first: number, note, moment, author's name, audience.

    As with every item: the current one, those that one could read when they were current, and what a reader who joins
    later never could stays with those who wrote it.
    """
    found = (
        select(Revision.version, Revision.note, Revision.at, User.name, Revision.audience)
        .join(User, User.id == Revision.author_id)
        .where(Revision.item_id == template.id)
        .order_by(Revision.version.desc())
        .limit(MOST_VERSIONS)
    )
    rows = session.execute(found).all()
    return [
        row for row in rows if row.version == template.version or not actor.tokens.isdisjoint(row.audience)
    ]


def body_of(session: Session, template_id: int, version: int) -> tuple[str, str] | None:
    """Name and text of a version of a template that was found under the rule."""
    found = session.execute(
        select(Revision.title, Revision.body).where(
            Revision.item_id == template_id, Revision.version == version
        )
    ).first()
    return (found[0], found[1]) if found else None


def html_of(session: Session, template_id: int) -> str:
    """The text of a template that was found under the rule, as the sanitiser left it."""
    return session.scalar(select(Rendering.html).where(Rendering.item_id == template_id)) or ""


def keeper(session: Session, user_id: int) -> User:
    """Who looks after a template."""
    return session.scalars(select(User).where(User.id == user_id)).one()


def shipped(session: Session) -> dict[str, Template]:
    """The templates that came with the product, by their files; for installing them, which shows them to nobody."""
    found = access.unscoped(Template).where(Template.shipped.is_not(None)).options(undefer(Template.body))
    return {template.shipped or "": template for template in session.scalars(found)}
