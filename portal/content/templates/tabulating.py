"""What the page of all that was made by a template is given: columns, filters, rows, and the same as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request, url_for
from flask_babel import gettext as _

from portal.content.presenting import here, neighbours
from portal.content.spaces.queries import readable_spaces
from portal.content.templates import fields as definitions
from portal.content.templates import queries, records, suggesting
from portal.content.templates.fields import CHOICE
from portal.content.templates.pages import use_url
from portal.content.templates.records import Narrowing
from portal.kernel.typed import line
from portal.web.context import item_url
from portal.web.database import session
from portal.web.i18n import locale
from portal.web.identity import actor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.content.spaces.models import Space
    from portal.content.templates.fields import Field
    from portal.content.templates.fillings import Definition
    from portal.content.templates.models import Template
    from portal.content.templates.records import Record


def records_page(template: Template, definition: Definition, wanted: Narrowing) -> dict[str, Any]:
    """What was made by a template, as a table."""
    found, problems = records.page(session(), actor(), definition, wanted, request.args.get("cursor"))
    columns = records.shown_columns(definition)
    return {
        "template": template,
        "name": template.label(locale()),
        "url": item_url("template", template.id),
        "columns": columns,
        "heads": [_head(field.key, field.label, wanted) for field in columns],
        "published_head": _head(records.PUBLISHED_SORT, _("Published"), wanted),
        "rows": found.rows,
        "page": neighbours(found),
        "filters": [_filter(key, field, wanted) for key, field in records.filterable(definition)],
        "narrowed": len(wanted.typed) + (wanted.space_id is not None),
        "problems": problems,
        "suggested": _suggested(definition),
        "csv_url": f"{url_for('templates.export', item_id=template.id)}?{request.query_string.decode()}",
        "clear_url": url_for("templates.records", item_id=template.id, space=request.args.get("space")),
        "use_url": use_url(template.id) if actor().is_member and template.state == "published" else "",
        **_in_space(),
    }


def _in_space() -> dict[str, Any]:
    """The space that a list is narrowed to, and those one may narrow it to."""
    spaces = list(session().scalars(readable_spaces(actor())))
    return {
        "spaces": [("", _("All spaces"))] + [(space.key, space.label(locale())) for space in spaces],
        "space": request.args.get("space", ""),
    }


def narrowing(definition: Definition) -> Narrowing:
    """What the address asks for."""
    typed = {}
    for key, _field in records.filterable(definition):
        for name in (key, f"{key}.from", f"{key}.to"):
            if text := line(request.args.get(name)):
                typed[name] = text[:200]
    return Narrowing(
        typed=typed,
        space_id=queries.space_id(session(), actor(), request.args.get("space", "")),
        sort=request.args.get("sort", records.PUBLISHED_SORT),
        ascending=request.args.get("order") == "asc",
    )


def _head(key: str, label: str, wanted: Narrowing) -> dict[str, Any]:
    is_sorted = wanted.sort == key
    order = "asc" if not (is_sorted and wanted.ascending) else None
    sort = {"sort": key, "order": order, "cursor": None}
    state = ("ascending" if wanted.ascending else "descending") if is_sorted else None
    return {"label": label, "url": here(**sort), "state": state}


def _filter(key: str, field: Field, wanted: Narrowing) -> dict[str, Any]:
    return {
        "key": key,
        "label": field.label,
        "type": field.type,
        "unit": field.unit,
        "choices": [("", _("All")), *((choice, choice) for choice in field.choices)] if field.type == CHOICE else [],
        "is_range": field.type in records.BY_RANGE,
        "value": wanted.typed.get(key, ""),
        "from": wanted.typed.get(f"{key}.from", ""),
        "to": wanted.typed.get(f"{key}.to", ""),
    }  # fmt: skip


def _suggested(definition: Definition) -> dict[str, list[str]]:
    types = {field.type for _key, field in records.filterable(definition)}
    return {
        name: suggesting.suggestions(session(), actor(), name)
        for name in (definitions.CUSTOMER, definitions.COMPETITOR)
        if name in types
    }


def links_of_space(space: Space) -> list[tuple[str, int, str]]:
    """The templates that a space's documents were made by: name, number, address of the table of them."""
    return [
        (name, number, url_for("templates.records", item_id=key, space=space.key))
        for key, name, number in queries.used_in(session(), actor(), space.id)
    ]


def sheet(definition: Definition, found: Sequence[Record]) -> tuple[list[str], list[list[object]]]:
    """A table of records as a file has it: the heads and the rows."""
    heads = [_("Title"), _("Author"), _("Space"), _("Published"), _("Address")]
    heads += [field.label for field in definition.fields]
    zone = actor().zone
    return heads, [
        [
            each.title,
            each.author,
            each.space,
            each.published_at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if each.published_at else "",
            item_url(each.kind, each.id),
            *(each.texts.get(field.key, "") for field in definition.fields),
        ]
        for each in found
    ]
