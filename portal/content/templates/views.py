"""Pages of templates, and of what was made by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.content import writing
from portal.content.spaces.queries import find_space
from portal.content.templates import fillings, policy, queries, services, tabulating
from portal.content.templates import pages as parts
from portal.content.templates import records as tables_of
from portal.content.templates.forms import TemplateForm
from portal.content.templates.models import Template
from portal.kernel import tables
from portal.kernel.errors import ConflictError, InvalidError, NotFoundError
from portal.platform import access
from portal.platform.items import ARCHIVED, DRAFT, PUBLISHED
from portal.web.context import item_url
from portal.web.database import session
from portal.web.flashing import offer
from portal.web.identity import actor
from portal.web.routing import Needs, Pages

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from werkzeug import Response

    from portal.content.templates.fillings import Definition

    Answer = Response | tuple[str, int] | str

pages = Pages("templates", __name__)
MORE = 6


@pages.read("/templates")
def index() -> str:
    """All templates that one may take, the drafts one keeps, and those that are no longer offered."""
    state = request.args.get("state", PUBLISHED)
    key = request.args.get("space", "")
    space = find_space(session(), actor(), key) if key else None
    rows = parts.shown(queries.listed(session(), actor(), state), space)
    return render_template("templates/index.html", templates=rows, **_index(state, key))


def _index(state: str, key: str) -> dict[str, Any]:
    states = ((_("Offered"), PUBLISHED), (_("Drafts"), DRAFT), (_("Archived"), ARCHIVED))
    return {
        "state": state if state in {DRAFT, ARCHIVED} else PUBLISHED,
        "states": [(label, url_for("templates.index", state=name if name != PUBLISHED else None, space=key or None), name == state, None) for label, name in states],
        "new_url": url_for("templates.new") if policy.may_create(actor()) else "",
        "blank_url": parts.use_url("blank", key or None) if actor().is_member else "",
    }  # fmt: skip


@pages.read("/templates/<int:item_id>")
def show(item_id: int) -> str:
    """A template: what it asks, what one begins with, its versions."""
    template = access.find(session(), actor(), Template, item_id)
    page = parts.page(template, request.args.get("version", template.version, type=int))
    if page is None:
        raise NotFoundError
    return render_template("templates/show.html", **page)


@pages.read("/templates/new", needs=Needs.MEMBER)
def new() -> Answer:
    """The form for a new template."""
    access.require(policy.may_create(actor()), services.NOT_THERE)
    return _form_page(parts.fill_choices(TemplateForm(), None), None)


@pages.write("/templates")
def create() -> Answer:
    """Save a new template."""
    access.require(policy.may_create(actor()), services.NOT_THERE)
    form = parts.fill_choices(TemplateForm(), None)
    sent = writing.sent_before(session(), actor(), form.submission.data)
    if sent:
        return redirect(item_url("template", sent))
    return _save(form, None, lambda wanted: services.create(session(), actor(), wanted))


@pages.read("/templates/<int:item_id>/edit", needs=Needs.MEMBER)
def edit(item_id: int) -> Answer:
    """The form of a template."""
    template = queries.with_body(session(), actor(), item_id)
    access.require(policy.may_edit(actor(), template))
    form = parts.fill_choices(TemplateForm(), template)
    return _form_page(parts.fill_from(form, template), template)


@pages.write("/templates/<int:item_id>")
def change(item_id: int) -> Answer:
    """Save a new version of a template."""
    template = access.find(session(), actor(), Template, item_id)
    access.require(policy.may_edit(actor(), template))
    form = parts.fill_choices(TemplateForm(), template)

    def save(wanted: services.TemplateInput) -> Template:
        services.change(session(), actor(), template, wanted, form.expected)
        return template

    return _save(form, template, save)


def _save(form: TemplateForm, template: Template | None, save: Callable[[Any], Template]) -> Answer:
    """Save what a form holds, or show it again with what does not fit or what somebody else has saved."""
    action = request.form.get("action")
    if action == "more":
        return _form_page(form, template, more=MORE)
    if not form.validate():
        return _form_page(form, template), 422
    try:
        saved = save(form.to_input())
        if action == "publish" and policy.may_publish(actor(), saved):
            services.publish(session(), actor(), saved)
    except InvalidError as error:
        return _form_page(form, template, parts.with_errors(form, error)), 422
    except ConflictError as conflict:
        return _conflict(form, conflict.current), 409
    flash(_("Saved as a draft.") if saved.state == DRAFT else _("Saved."), "success")
    return redirect(item_url("template", saved.id))


def _conflict(form: TemplateForm, current: Template) -> str:
    """The form as it was sent, now building on what the other one saved, with a way to look at that."""
    session().refresh(current)
    form.version.data, form.version.raw_data = current.version, None
    return _form_page(form, current, conflict_url=item_url("template", current.id))


def _form_page(
    form: TemplateForm, template: Template | None, problems: Any = (), *, more: int = parts.SPARE, conflict_url: str = ""  # noqa: ANN401
) -> str:  # fmt: skip
    given = parts.form_page(form, template, problems, more)
    return render_template("templates/form.html", **given, conflict_url=conflict_url)


@pages.write("/templates/<int:item_id>/publication")
def publish(item_id: int) -> Response:
    """Offer it to its audience."""
    template = access.find(session(), actor(), Template, item_id)
    services.publish(session(), actor(), template)
    offer(_("Published."))
    return redirect(item_url("template", item_id))


@pages.write("/templates/<int:item_id>/archiving")
def archive(item_id: int) -> Response:
    """Offer it no longer."""
    template = access.find(session(), actor(), Template, item_id)
    services.archive(session(), actor(), template)
    offer(_("Archived."), url_for("templates.publish", item_id=item_id))
    return redirect(item_url("template", item_id))


@pages.write("/spaces/<key>/template")
def set_default(key: str) -> Response:
    """Say which template a space offers first."""
    space = find_space(session(), actor(), key)
    wanted = request.form.get("template", type=int)
    services.set_default(session(), actor(), space, wanted)
    flash(_("Saved."), "success")
    back = request.form.get("back", type=int)
    return redirect(item_url("template", back) if back else url_for("spaces.show", key=key))


@pages.read("/templates/<int:item_id>/records")
def records(item_id: int) -> str:
    """What was made by a template, as a table."""
    template, definition = _definition(item_id)
    wanted = tabulating.narrowing(definition)
    return render_template("templates/records.html", **tabulating.records_page(template, definition, wanted))


@pages.read("/templates/<int:item_id>/records.csv")
def export(item_id: int) -> Response:
    """The same table as a file."""
    template, definition = _definition(item_id)
    found = tables_of.every(session(), actor(), definition, tabulating.narrowing(definition))
    response = make_response(tables.write(*tabulating.sheet(definition, found)))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="zhiying-{template.id}.csv"'
    return response


def _definition(item_id: int) -> tuple[Template, Definition]:
    template = access.find(session(), actor(), Template, item_id)
    definition = fillings.definition(session(), template.id, template.version)
    if definition is None:
        raise NotFoundError
    return template, definition
