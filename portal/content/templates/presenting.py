"""The part of an item's form and of its page that a template gives: fields to fill in, and what was filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request, url_for
from flask_babel import gettext as _

from portal.content.templates import filling as filling_in
from portal.content.templates import fillings, forms, queries, suggesting, values
from portal.content.templates.fields import COMPETITOR, CUSTOMER, PERSON, TABLE, Field
from portal.content.templates.models import Template
from portal.content.templates.patterns import DIRECTIVES, dated
from portal.kernel.errors import InvalidError, NotFoundError
from portal.platform import access
from portal.platform.items import PUBLISHED
from portal.web.context import item_url, person_url
from portal.web.database import session
from portal.web.i18n import locale
from portal.web.identity import actor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.content.templates.filling import Filled
    from portal.content.templates.fillings import Definition
    from portal.content.templates.queries import Facts
    from portal.platform.items import Item

SPARE_ROWS = 3
BLANK = "blank"


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field in a form. `rows` are those of a table, each a list of its cells."""

    field: Field
    name: str
    value: str
    errors: Sequence[str]
    rows: Sequence[Sequence[ShownField]]
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """A filled-in field on a page. A person has an address, a table its columns and rows."""

    label: str
    type: str
    text: str
    url: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def part(item: Item | None, errors: Mapping[str, list[str]]) -> dict[str, Any]:
    """What the form of an item shows of templates.

    Args:
        item: what is edited; None for a new item.
        errors: sentences by `field-<key>`, when the form comes back.
    """
    filled = _given(item)
    offered = [] if item else _offered(filled)
    if filled is None:
        return {"filling": None, "templates_offered": offered}
    definition = fillings.definition(session(), filled.template_id, filled.version)
    if definition is None:
        raise NotFoundError
    return {"filling": filling(definition, filled, item, errors), "templates_offered": offered}


def _given(item: Item | None) -> Filled | None:
    """What the form is about: what was sent, what the item holds, or the template one has chosen."""
    if request.method == "POST":
        return forms.sent(request.form)
    if item is not None:
        stored = queries.fillings_of(session(), [item.id]).get(item.id)
        return _typed(stored) if stored else None
    chosen = chosen_template()
    return filling_in.Filled(chosen.id, chosen.version) if chosen else None


def _typed(stored: Any) -> Filled | None:  # noqa: ANN401 - a Filling
    definition = fillings.definition(session(), stored.template_id, stored.template_version)
    if definition is None:
        return None
    typed = {field.key: values.typed(field, stored.values.get(field.key)) for field in definition.fields}
    return filling_in.Filled(stored.template_id, stored.template_version, typed)


def chosen_template() -> Template | None:
    """The template that the address of a new document names, else the one that its space offers first.

    Raises:
        NotFoundError: it names one that the reader may not read.
    """
    wanted = request.args.get("template", "")
    if wanted == BLANK:
        return None
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else 0  # noqa: PLR2004
    if not number:
        space = queries.space_id(session(), actor(), request.args.get("space", ""))
        number = queries.default_of(session(), actor(), space) or 0 if space else 0
    if not number:
        return None
    template = access.find(session(), actor(), Template, number)
    return template if template.state == PUBLISHED else None


def preset(form: Any) -> None:  # noqa: ANN401 - any form with title, body, tags and space
    """Begin a new item with what the chosen template says."""
    template = chosen_template()
    if template is None:
        return
    form.body.data = queries.with_body(session(), actor(), template.id).body
    form.tags.data = "，".join(template.default_tags)
    writable = {key for key, _label in form.space.choices}
    if not request.args.get("space") and template.default_space_id in writable:
        form.space.data = template.default_space_id
    definition = fillings.definition(session(), template.id, template.version)
    if definition and not form.title.data:
        form.title.data = filling_in.title_of(session(), actor(), definition, {})


def _offered(filled: Filled | None) -> list[dict[str, Any]]:
    space = request.args.get("space")
    return [
        {
            "name": template.label(locale()),
            "url": url_for("documents.new", template=template.id, space=space),
            "is_chosen": bool(filled and filled.template_id == template.id),
        }
        for template in queries.offered(session(), actor())
    ]


def filling(
    definition: Definition,
    filled: Filled,
    item: Item | None,
    errors: Mapping[str, list[str]],
    new: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """The fields of a form, with what helps to fill them in."""
    shown = [
        _field(each, filled.typed.get(each.key), errors, is_new=each.key in new) for each in definition.fields
    ]
    return {
        "template_id": definition.template_id,
        "version": definition.version,
        "name": _name(definition.template_id),
        "url": item_url("template", definition.template_id),
        "fields": shown,
        "problems": [each for each in shown if each.errors],
        **_title(definition, filled, item),
        **_suggested(definition),
        "blank_url": url_for("documents.new", template=BLANK, space=request.args.get("space")),
    }


def _name(template_id: int) -> str:
    """The name of a template, if the reader may know it."""
    try:
        return access.find(session(), actor(), Template, template_id).label(locale())
    except NotFoundError:
        return ""


def _field(field: Field, typed: Any, errors: Mapping[str, list[str]], *, is_new: bool) -> ShownField:  # noqa: ANN401
    name = f"{filling_in.PREFIX}{field.key}"
    if field.type != TABLE:
        return ShownField(field, name, str(typed or ""), errors.get(name, ()), (), is_new)
    rows = [*(typed if isinstance(typed, list) else []), *({} for _ in range(SPARE_ROWS))]
    cells = [
        [
            ShownField(column, f"{name}-{place}-{column.key}", str(row.get(column.key) or ""), (), ())
            for column in field.columns
        ]
        for place, row in enumerate(rows)
    ]
    return ShownField(field, name, "", errors.get(name, ()), cells, is_new)


def _title(definition: Definition, filled: Filled, item: Item | None) -> dict[str, Any]:
    """What the page's script needs to make the title while one types, and the title made now."""
    person = actor()
    author_id, at = (item.author_id, item.created_at) if item else (person.user_id, person.now)
    moment = at.astimezone(person.zone)
    writer = queries.writer(session(), author_id, moment)
    known: dict[str, Any] = filling_in.known(definition, writer)
    known["date"] = {letter: dated(moment, f"%{letter}") for letter in DIRECTIVES}
    made = filled.made_title
    if not made and definition.pattern:
        try:
            found = filling_in.parsed(session(), definition, filled.typed)
        except InvalidError:
            found = {}
        made = filling_in.title_of(session(), person, definition, found, item)
    return {"pattern": definition.pattern, "known": known, "made_title": made}


def _suggested(definition: Definition) -> dict[str, Any]:
    types = {field.type for field in definition.fields}
    types |= {column.type for field in definition.fields for column in field.columns}
    person = actor()
    return {
        "people": suggesting.people(session())[1] if PERSON in types else [],
        "customers": suggesting.suggestions(session(), person, CUSTOMER) if CUSTOMER in types else [],
        "competitors": suggesting.suggestions(session(), person, COMPETITOR) if COMPETITOR in types else [],
    }


def page(item: Item, *, may_edit: bool) -> dict[str, Any] | None:
    """What the page of an item shows of its fields; one statement. None when it was made without a template."""
    found = queries.facts(session(), actor(), item.id)
    if found is None:
        return None
    is_older = bool(found.name) and found.is_offered and found.filling.template_version < found.newest
    return {
        "facts": shown_facts(found.definition, found.filling.values),
        "former": found.filling.former,
        "name": found.name,
        "version": found.filling.template_version,
        "url": item_url("template", found.filling.template_id),
        "records_url": url_for("templates.records", item_id=found.filling.template_id),
        "lift_url": url_for("lifting.preview", item_id=item.id) if is_older and may_edit else "",
        "newest": found.newest,
    }


def shown_facts(definition: Definition, stored: Mapping[str, Any]) -> list[Fact]:
    """Filled-in fields, those that are empty left out."""
    return [_fact(field, stored[field.key]) for field in definition.fields if field.key in stored]


def _fact(field: Field, value: Any) -> Fact:  # noqa: ANN401 - a JSON value
    url = person_url(value["username"]) if field.type == PERSON else ""
    is_table = field.type == TABLE
    return Fact(
        label=field.label,
        type=field.type,
        text="" if is_table else values.text(field, value),
        url=url,
        columns=[column.label for column in field.columns],
        rows=[[values.text(column, row.get(column.key)) for column in field.columns] for row in value]
        if is_table
        else [],
    )


def lifting(item: Item, found: Facts, newest: Definition, errors: Mapping[str, list[str]]) -> dict[str, Any]:
    """The preview of lifting an item to the newest version of its template: what is kept, added and dropped."""
    plan = filling_in.plan_lift(session(), found, newest)
    sent = forms.sent(request.form) if request.method == "POST" else None
    filled = sent or filling_in.Filled(newest.template_id, newest.version, plan.typed)
    return {
        "filling": filling(newest, filled, item, errors, frozenset(field.key for field in plan.added)),
        "kept": plan.kept,
        "added": [field.label for field in plan.added],
        "dropped": plan.dropped,
        "was": found.filling.template_version,
        "newest": newest.version,
        "url": item_url(item.kind, item.id),
        "title": item.title,
        "version": item.version,
        "name": found.name or _("Template"),
    }
