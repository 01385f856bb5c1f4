"""Pages of spaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.content import audiences, cards, listing, selecting, tags
from portal.content.presenting import here, neighbours, shown, shown_space, shown_spaces
from portal.content.spaces import policy, queries, services
from portal.content.spaces.forms import SpaceForm
from portal.content.templates import tabulating as templates
from portal.content.watching import presenting as watching
from portal.content.watching.models import SPACE
from portal.kernel.errors import InvalidError
from portal.people import queries as people
from portal.platform.items import ARCHIVED, PUBLISHED, Item
from portal.web import refusals
from portal.web.context import space_url
from portal.web.database import session
from portal.web.identity import actor
from portal.web.routing import Needs, Pages

if TYPE_CHECKING:
    from typing import Any

    from werkzeug import Response

    from portal.content.spaces.models import Space

pages = Pages("spaces", __name__)


@pages.read("/spaces")
def index() -> str:
    """All spaces that the reader knows of."""
    rows = shown_spaces(queries.overview(session(), actor()))
    new_url = url_for("spaces.new")
    return render_template(
        "spaces/index.html", spaces=rows, may_create=policy.may_change(actor()), new_url=new_url
    )


@pages.read("/spaces/<key>")
def show(key: str) -> str:
    """One space: its documents, by order, tag and state."""
    space = queries.find_space(session(), actor(), key)
    sort = listing.sort_key(request.args.get("sort"))
    keys = listing.SORTS[sort][1]
    page = cards.page(session(), actor(), keys, request.args.get("cursor"), _conditions(space))
    return render_template(
        "spaces/show.html", space=shown_space(space), sort=sort, cards=shown(page.rows), page=neighbours(page),
        follow=_follow(space), **_choices(space), **_rights(space),
    )  # fmt: skip


def _follow(space: Space) -> watching.Button:
    """The tag by which the list is narrowed is what one would follow, else the space."""
    tag = request.args.get("tag")
    return watching.tag_button(tag) if tag else watching.button(SPACE, str(space.id))


def _conditions(space: Space) -> list[Any]:
    state = ARCHIVED if request.args.get("state") == ARCHIVED else PUBLISHED
    conditions = [Item.space_id == space.id, Item.kind == "document", Item.state == state]
    tag = request.args.get("tag")
    return [*conditions, tags.tagged(tag)] if tag else conditions


def _choices(space: Space) -> dict[str, Any]:
    """The links by which a list is ordered and narrowed."""
    state, tag = request.args.get("state"), request.args.get("tag")
    counted = tags.counted(session(), actor(), space.id, 20)
    return {
        "tag": tag,
        "select": selecting.selection([name for name, _count in counted]),
        "sorts": [
            (key, str(label), here(sort=key, cursor=None)) for key, (label, _keys) in listing.SORTS.items()
        ],
        "tags": [
            (name, count, here(tag=None if name == tag else name, cursor=None)) for name, count in counted
        ],
        "states": [
            (_("Current"), here(state=None, cursor=None), state != ARCHIVED, None),
            (_("Archived"), here(state=ARCHIVED, cursor=None), state == ARCHIVED, None),
        ],
    }


def _rights(space: Space) -> dict[str, Any]:
    return {
        "may_write": policy.may_write(actor(), space),
        "may_edit": policy.may_change(actor()),
        "new_url": url_for("documents.new", space=space.key),
        "made_by": templates.links_of_space(space),
        "import_url": url_for("imports.new", space=space.key),
        "export_url": url_for("archives.create", key=space.key) if policy.may_read(actor(), space) else None,
        "edit_url": url_for("spaces.edit", key=space.key),
        "reviews_url": url_for("reviews.index", space=space.id) if space.id in actor().edits else None,
    }


@pages.read("/spaces/new", needs=Needs.ADMINISTRATOR)
def new() -> str:
    """The form for a new space."""
    return _form_page(_form(), None)


@pages.write("/spaces", needs=Needs.ADMINISTRATOR)
def create() -> Response | tuple[str, int]:
    """Make a space."""
    form = _form()
    if not form.validate():
        return _form_page(form, None), 422
    try:
        space = services.create(session(), actor(), form.key.data or "", form.to_input())
    except InvalidError as error:
        return _form_page(refusals.show(form, error.fields), None), 422
    flash(_("The space has been made."), "success")
    return redirect(space_url(space.key))


@pages.read("/spaces/<key>/edit", needs=Needs.ADMINISTRATOR)
def edit(key: str) -> str:
    """The form of a space."""
    space = queries.find_space(session(), actor(), key)
    form = _form(space, obj=space)
    form.audience.data = [reader.token for reader in space.readers]
    form.editors.data = [editor.user_id for editor in space.editors]
    return _form_page(form, space)


@pages.write("/spaces/<key>", needs=Needs.ADMINISTRATOR)
def change(key: str) -> Response | tuple[str, int]:
    """Save a space."""
    space = queries.find_space(session(), actor(), key)
    form = _form(space)
    form.key.data = space.key
    if not form.validate():
        return _form_page(form, space), 422
    try:
        services.change(session(), actor(), space, form.to_input())
    except InvalidError as error:
        return _form_page(refusals.show(form, error.fields), space), 422
    flash(_("Saved."), "success")
    return redirect(space_url(space.key))


def _form(space: Space | None = None, **arguments: Any) -> SpaceForm:  # noqa: ANN401 - passed on to WTForms
    form = SpaceForm(**arguments)
    form.audience.choices = audiences.choices(
        session(), [reader.token for reader in space.readers] if space else ()
    )
    editing = {editor.user_id for editor in space.editors} if space else set()
    form.editors.choices = [
        (person.id, f"{person.name}（{person.username}）")
        for person in people.directory(session(), everyone=True)
        if person.is_active or person.id in editing
    ]
    return form


def _form_page(form: SpaceForm, space: Space | None) -> str:
    if space:
        del form.key
    action = url_for("spaces.change", key=space.key) if space else url_for("spaces.create")
    cancel = space_url(space.key) if space else url_for("spaces.index")
    return render_template(
        "spaces/form.html",
        form=form,
        space=space and shown_space(space),
        action_url=action,
        cancel_url=cancel,
    )
