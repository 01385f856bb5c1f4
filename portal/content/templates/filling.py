"""Filling a template in: what was typed becomes values, a title, and the data of a manuscript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from portal.content.templates import fillings, lifting, patterns, queries, suggesting, values
from portal.content.templates.fillings import FILLED, Definition
from portal.content.templates.models import Template
from portal.content.templates.values import People, Unfit
from portal.kernel.errors import InvalidError, NotFoundError
from portal.kernel.messages import _l
from portal.platform import access
from portal.platform.items import PUBLISHED

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.manuscripts import Manuscript
    from portal.content.templates.lifting import Plan
    from portal.content.templates.queries import Facts
    from portal.kernel.actor import Actor
    from portal.platform.items import Item

PREFIX = "field-"


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody has filled into an item.

    Args:
        template_id: by which template.
        version: and which version of it.
        typed: what was typed, by the key of the field; for a table a list of rows.
        made_title: the title that the pattern made last; a title still equal to it is made anew.
        former: values without a field, as rows of label and text; None keeps those that there are.
    """

    template_id: int
    version: int
    typed: Mapping[str, Any] = field(default_factory=dict)
    made_title: str = ""
    former: Sequence[Sequence[str]] | None = None


def fill(
    session: Session, actor: Actor, manuscript: Manuscript, filled: Filled | None, item: Item | None = None
) -> Manuscript:
    """A manuscript with what was filled in, and with the title that the pattern makes of it.

    Args:
        session: open session.
        actor: who saves.
        manuscript: the text.
        filled: what was filled in; None leaves the item's fields as they are.
        item: what is being edited, None for a new item.

    Raises:
        InvalidError: values do not fit or are missing, under `field-<key>`.
        NotFoundError: there is no such template, or the actor may not read it.
        ForbiddenError: it is not offered any more.
    """
    if filled is None:
        return manuscript
    stored = queries.fillings_of(session, [item.id]).get(item.id) if item else None
    if stored is None or stored.template_id != filled.template_id:
        template = access.find(session, actor, Template, filled.template_id)
        access.require(template.state == PUBLISHED, _l("This template is not offered any more."))
    definition = fillings.definition(session, filled.template_id, filled.version)
    if definition is None:
        raise NotFoundError
    kept = stored.former if stored and filled.former is None else (filled.former or [])
    data: dict[str, Any] = {
        "template": definition.template_id,
        "version": definition.version,
        "values": parsed(session, definition, filled.typed),
        "former": [list(row) for row in kept],
    }
    title = manuscript.title
    if definition.pattern and title in {"", filled.made_title}:
        title = title_of(session, actor, definition, data["values"], item) or title
    return replace(manuscript, title=title, data={**manuscript.data, FILLED: data})


def parsed(session: Session, definition: Definition, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The values that people meant, by key, without the empty ones.

    Raises:
        InvalidError: with a sentence for each field that does not fit, under `field-<key>`.
    """
    known = suggesting.people(session)[0] if suggesting.names_people(definition) else People()
    found: dict[str, Any] = {}
    problems: dict[str, list[str]] = {}
    for asked in definition.fields:
        try:
            value = values.parse(asked, typed.get(asked.key) or "", known)
        except Unfit as unfit:
            problems[PREFIX + asked.key] = [str(unfit)]
            continue
        if value is not None:
            found[asked.key] = value
        elif asked.required:
            problems[PREFIX + asked.key] = [str(_l("Fill this in."))]
    if problems:
        raise InvalidError(_l("Some fields do not fit yet."), problems)
    return found


def plan_lift(session: Session, found: Facts, newer: Definition) -> Plan:
    """What becomes of an item's fields when it is lifted to a newer version of its template."""
    people = suggesting.people(session)[0]
    return lifting.plan(found.definition, newer, found.filling.values, people)


def lifted(session: Session, found: Facts, newer: Definition, typed: Mapping[str, Any]) -> Filled:
    """What was typed into the newer form, with the values that it has no field for kept as former ones."""
    plan = plan_lift(session, found, newer)
    former = [*found.filling.former, *(list(row) for row in plan.dropped)]
    return Filled(newer.template_id, newer.version, typed, former=former)


def title_of(
    session: Session, actor: Actor, definition: Definition, found: Mapping[str, Any], item: Item | None = None
) -> str:
    """The title that a pattern makes of the values, of who writes, and of the day on which the item was begun."""
    author_id, at = (item.author_id, item.created_at) if item else (actor.user_id, actor.now)
    writer = queries.writer(session, author_id, at.astimezone(actor.zone))
    texts = {asked.key: values.text(asked, found.get(asked.key)) for asked in definition.fields}
    days: dict[str, Any] = {"date": writer.at}
    for asked in definition.fields:
        day = values.day(asked, found.get(asked.key))
        days |= {asked.key: day} if day else {}
    return patterns.make(definition.pattern, texts | known(definition, writer), days)


def known(definition: Definition, writer: queries.Writer) -> dict[str, str]:
    """What a pattern knows besides the fields."""
    return {
        "author": writer.name,
        "region": writer.region,
        "department": writer.department,
        "type": definition.document_type,
    }
