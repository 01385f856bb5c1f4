"""What the pages about templates are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request, url_for
from flask_babel import gettext as _

from portal.content.presenting import here
from portal.content.spaces.queries import readable_spaces
from portal.content.templates import fields as definitions
from portal.content.templates import fillings, forms, policy, queries
from portal.people import queries as people
from portal.web import refusals
from portal.web.context import item_url, person_url, space_url
from portal.web.database import session
from portal.web.i18n import locale
from portal.web.identity import actor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.content.spaces.models import Space
    from portal.content.templates.fields import Field
    from portal.content.templates.forms import TemplateForm
    from portal.content.templates.models import Template
    from portal.kernel.errors import InvalidError

SPARE = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """A template in a list."""

    id: int
    name: str
    about: str
    state: str
    url: str
    use_url: str
    records_url: str
    fields: list[str]
    document_type: str
    space_name: str
    used: int
    is_default: bool = False


def shown(templates: Sequence[Template], space: Space | None = None) -> list[Shown]:
    """Templates with their addresses, and how much was made by them that the reader may read."""
    numbers = queries.used(session(), actor())
    names = {each.id: each.label(locale()) for each in session().scalars(readable_spaces(actor()))}
    default = queries.default_of(session(), actor(), space.id) if space else None
    return [
        Shown(
            id=each.id,
            name=each.label(locale()),
            about=each.about,
            state=each.state,
            url=item_url("template", each.id),
            use_url=use_url(each.id, space.key if space else None),
            records_url=url_for("templates.records", item_id=each.id),
            fields=[field["label"] for field in each.fields],
            document_type=each.document_type,
            space_name=names.get(each.space_id or 0, ""),
            used=numbers.get(each.id, 0),
            is_default=each.id == default,
        )
        for each in templates
    ]


def use_url(template_id: int | str, space: str | None = None) -> str:
    """Where one begins a document by a template."""
    return url_for("documents.new", template=template_id, space=space)


def page(template: Template, version: int) -> dict[str, Any] | None:
    """The page of a template in one of its versions; None when there is no such version."""
    versions = queries.versions(session(), actor(), template)
    definition = fillings.definition(session(), template.id, version)
    text = queries.body_of(session(), template.id, version)
    if definition is None or text is None or version not in {row.version for row in versions}:
        return None
    keeper = queries.keeper(session(), template.keeper_id)
    person = actor()
    return {
        "template": template,
        "name": template.label(locale()),
        "version": version,
        "definition": definition,
        "types": definitions.TYPES,
        "body": text[1],
        "html": queries.html_of(session(), template.id) if version == template.version else "",
        "keeper": {"name": keeper.name, "url": person_url(keeper.username)},
        "versions": [
            (number, note, at, name, here(version=number if number != template.version else None))
            for number, note, at, name, _audience in versions
        ],
        "used": queries.used(session(), person, template.id).get(template.id, 0),
        "records_url": url_for("templates.records", item_id=template.id),
        "use_url": use_url(template.id),
        "may": {
            "edit": policy.may_edit(person, template),
            "publish": policy.may_publish(person, template),
            "archive": policy.may_archive(person, template),
            "use": person.is_member and template.state == "published",
        },
        **_places(template),
    }


def _places(template: Template) -> dict[str, Any]:
    """The spaces that a template has to do with, as far as the reader knows of them."""
    known = {space.id: space for space in session().scalars(readable_spaces(actor()))}
    offering = set(queries.spaces_with(session(), template.id))
    return {
        "own_space": _link(known.get(template.space_id or 0)),
        "default_space": _link(known.get(template.default_space_id or 0)),
        "offered_first": [_link(known[key]) for key in sorted(offering) if key in known],
        "defaults": [
            {
                "name": space.label(locale()),
                "url": url_for("templates.set_default", key=space.key),
                "is_set": space.id in offering,
            }
            for space in known.values()
            if template.state == "published" and policy.may_set_default(actor(), space)
        ],
    }


def _link(space: Space | None) -> tuple[str, str] | None:
    return (space.label(locale()), space_url(space.key)) if space else None


def fill_choices(form: TemplateForm, template: Template | None) -> TemplateForm:
    """Offer the spaces and the people that one may choose."""
    person = actor()
    spaces = list(session().scalars(readable_spaces(person)))
    own = [
        (space.id, _("Only %(space)s", space=space.label(locale())))
        for space in spaces
        if policy.may_place(person, space.id) or (template and template.space_id == space.id)
    ]
    free = policy.may_place(person, None) or (template is not None and template.space_id is None)
    form.space.choices = ([(0, _("Everyone"))] if free else []) + own
    form.default_space.choices = [(0, _("The one that one comes from"))] + [
        (space.id, space.label(locale())) for space in spaces
    ]
    form.keeper.choices = [
        (each.id, f"{each.name}（{each.username}）") for each in people.directory(session(), everyone=True)
    ]
    if request.method == "GET" and template is None:
        form.keeper.data = person.user_id
    return form


def fill_from(form: TemplateForm, template: Template) -> TemplateForm:
    """A form that holds a template."""
    for name in ("title", "label_en", "about", "document_type", "pattern", "body"):
        form[name].data = getattr(template, name)
    form.space.data, form.default_space.data = template.space_id or 0, template.default_space_id or 0
    form.keeper.data, form.version.data = template.keeper_id, template.version
    form.default_tags.data = "，".join(template.default_tags)
    return form


def form_page(
    form: TemplateForm, template: Template | None, problems: Sequence[str] = (), more: int = SPARE
) -> dict[str, Any]:
    """The editor of a template."""
    if template is None:
        del form.note
    sent = request.method == "POST"
    known = forms.asked(request.form) if sent else definitions.read_all(template.fields if template else ())
    url = item_url("template", template.id) if template else ""
    return {
        "form": form,
        "template": template,
        "rows": [_built(field) for field in known] + [BLANK] * max(more, 1 if known else 4),
        "types": [(name, str(label)) for name, label in definitions.TYPES.items()],
        "currencies": definitions.CURRENCIES,
        "problems": list(problems),
        "action_url": url or url_for("templates.create"),
        "cancel_url": url or url_for("templates.index"),
        "preview_url": url_for("documents.preview"),
    }


BLANK: dict[str, Any] = {"type": "text"}


def _built(field: Field) -> dict[str, Any]:
    return {
        "label": field.label,
        "key": field.key,
        "type": field.type,
        "required": field.required,
        "choices": "\n".join(field.choices),
        "help": field.help,
        "unit": field.unit,
        "columns": "\n".join(map(forms.written, field.columns)),
    }


def with_errors(form: TemplateForm, error: InvalidError) -> list[str]:
    """Put sentences to the fields of the form that they are about; what remains is about the fields of the template."""
    refusals.show(form, {name: texts for name, texts in error.fields.items() if name in form})
    return error.fields.get("fields", [])
