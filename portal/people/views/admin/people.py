"""Adding, changing, closing accounts of people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.kernel import typed
from portal.kernel.actor import ADMINISTRATOR
from portal.kernel.errors import ConflictError, InvalidError
from portal.people import profiles, queries, services
from portal.people.forms import PersonForm
from portal.people.views.admin.blueprint import pages
from portal.people.views.listing import chosen, slice_of
from portal.web.context import person_url
from portal.web.database import session
from portal.web.flashing import offer
from portal.web.identity import actor
from portal.web.routing import Needs

if TYPE_CHECKING:
    from werkzeug import Response

    from portal.people.models import Department, User
    from portal.people.queries import Person

FILTERS = ("q", "department", "status")
ACTIVE, CLOSED = "active", "closed"
SHOWN = {"username": "username", "name": "name", "email": "email", "department": "department_id", "post": "post_id",
         "manager": "manager_id"}  # fmt: skip


@pages.read("/admin/people", needs=Needs.ADMINISTRATOR)
def people() -> str:
    """Everybody, those who have left too, by name, department and state."""
    tree = queries.departments(session())
    wanted = {name: typed.line(request.args.get(name)) for name in FILTERS}
    everybody = _found(wanted, chosen(tree, wanted["department"]))
    found = slice_of(everybody, request.args.get("page"), lambda number: _address(number, wanted))
    rows = [_row(person) for person in found.rows]
    return render_template(
        "admin/people_index.html", rows=rows, page=found, departments=_indented(tree), **wanted
    )


def _address(number: int, wanted: dict[str, str]) -> str:
    filters: dict[str, Any] = {name: value for name, value in wanted.items() if value}
    return url_for("admin.people", page=number, **filters)


def _found(wanted: dict[str, str], department: Department | None) -> list[Person]:
    found = queries.directory(session(), wanted["q"], department, everyone=wanted["status"] != ACTIVE)
    return [person for person in found if wanted["status"] != CLOSED or not person.is_active]


def _row(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "url": person_url(person.username),
        "username": person.username,
        "department": person.department,
        "post": person.post,
        "manager_name": person.manager_name,
        "is_active": person.is_active,
        "is_admin": ADMINISTRATOR in person.roles.split(","),
        "edit_url": url_for("admin.edit_person", user_id=person.id),
    }


def _indented(tree: list[tuple[Department, int]]) -> list[tuple[int, str]]:
    return [(department.id, "　" * depth + department.name) for department, depth in tree]


@pages.read("/admin/people/new", needs=Needs.ADMINISTRATOR)
def new_person() -> str:
    """The form for somebody new."""
    return _form_page(_form(None), None)


@pages.write("/admin/people", needs=Needs.ADMINISTRATOR)
def create_person() -> Response | tuple[str, int]:
    """Add somebody; they cannot sign in until a password is set on the page that follows."""
    form = _form(None)
    if not form.validate():
        return _form_page(form, None), 422
    try:
        user = services.add_person(session(), actor(), form.to_input())
    except InvalidError as error:
        form.show_errors(error)
        return _form_page(form, None), 422
    offer(_("%(name)s is added. Set a password so that they can sign in.", name=user.name))
    return redirect(url_for("admin.edit_person", user_id=user.id))


@pages.read("/admin/people/<int:user_id>", needs=Needs.ADMINISTRATOR)
def edit_person(user_id: int) -> str:
    """The form of a person."""
    user = profiles.user(session(), user_id)
    return _form_page(_form(user, data=_stored(user)), user)


@pages.write("/admin/people/<int:user_id>", needs=Needs.ADMINISTRATOR)
def change_person(user_id: int) -> Response | tuple[str, int]:
    """Save a person; who saves second sees what the first one saved, beside what they entered."""
    user = profiles.user(session(), user_id)
    form = _form(user)
    if not form.validate():
        return _form_page(form, user), 422
    try:
        services.change_person(session(), actor(), user, form.to_input(), form.expected)
    except (ConflictError, InvalidError) as error:
        return _refused(form, user, error)
    offer(_("Saved."))
    return redirect(url_for("admin.people", q=user.username))


def _refused(form: PersonForm, user: User, error: ConflictError | InvalidError) -> tuple[str, int]:
    if isinstance(error, InvalidError):
        form.show_errors(error)
        return _form_page(form, user), 422
    _compare(form, user)
    return _form_page(form, user, conflict=str(error.message)), 409


def _compare(form: PersonForm, user: User) -> None:
    """Say beside each field what somebody else has stored there; saving again then overwrites it knowingly."""
    for name, value in _stored(user).items():
        if name != "version" and _plain(form[name].data) != _plain(value):
            form[name].errors = [_("Now stored: %(value)s", value=_spoken(form, name, value))]
    form.version.data = str(user.version)


def _plain(value: Any) -> Any:  # noqa: ANN401 - the value of any field
    return sorted(value) if isinstance(value, list) else value or ""


def _spoken(form: PersonForm, name: str, value: Any) -> str:  # noqa: ANN401 - the value of any field
    labels = dict(getattr(form[name], "choices", None) or ())
    values = value if isinstance(value, list) else [value]
    return str(_(", ")).join(str(labels.get(entry, entry)).strip() for entry in values) or "—"


@pages.write("/admin/people/<int:user_id>/password", needs=Needs.ADMINISTRATOR)
def set_password(user_id: int) -> str:
    """Make up a password and show it on this answer only, which is why it does not redirect."""
    user = profiles.user(session(), user_id)
    password = services.initial_password()
    services.set_password(session(), actor(), user, password)
    return _form_page(_form(user, formdata=None, data=_stored(user)), user, new_password=password)


@pages.write("/admin/people/<int:user_id>/deactivation", needs=Needs.ADMINISTRATOR)
def deactivate(user_id: int) -> Response:
    """Close an account; what the person wrote stays."""
    user = profiles.user(session(), user_id)
    services.deactivate(session(), actor(), user)
    undo_url = url_for("admin.reactivate", user_id=user_id)
    offer(_("The account of %(name)s is closed. What they wrote stays.", name=user.name), undo_url, "warning")
    return redirect(url_for("admin.edit_person", user_id=user_id))


@pages.write("/admin/people/<int:user_id>/reactivation", needs=Needs.ADMINISTRATOR)
def reactivate(user_id: int) -> Response:
    """Open a closed account again."""
    user = profiles.user(session(), user_id)
    services.reactivate(session(), actor(), user)
    offer(_("The account of %(name)s is open again.", name=user.name))
    return redirect(url_for("admin.edit_person", user_id=user_id))


def _form(user: User | None, **arguments: Any) -> PersonForm:  # noqa: ANN401 - passed on to WTForms
    form = PersonForm(**arguments)
    everybody = queries.directory(session(), everyone=True)
    form.department.choices = _indented(queries.departments(session()))
    form.post.choices = [(0, "—"), *((post.id, post.name) for post in queries.posts(session()))]
    form.manager.choices = [
        (0, "—"),
        *(_choice(person) for person in everybody if not user or person.id != user.id),
    ]
    return form


def _choice(person: Person) -> tuple[int, str]:
    label = f"{person.name}（{person.username}）"
    return person.id, label if person.is_active else _("%(name)s, account closed", name=label)


def _stored(user: User) -> dict[str, Any]:
    """What is stored of a person, as the form's data."""
    data = {name: getattr(user, attribute) or 0 for name, attribute in SHOWN.items()}
    data["email"] = user.email
    return {**data, "roles": sorted(user.role_set), "version": str(user.version)}


def _form_page(form: PersonForm, user: User | None, **context: Any) -> str:  # noqa: ANN401 - values of the template
    addresses = {"action_url": url_for("admin.create_person"), "cancel_url": url_for("admin.people")}
    if user:
        closing = "admin.deactivate" if user.is_active else "admin.reactivate"
        addresses["action_url"] = url_for("admin.change_person", user_id=user.id)
        addresses["closing_url"] = url_for(closing, user_id=user.id)
        addresses["password_url"] = url_for("admin.set_password", user_id=user.id)
    return render_template("admin/person_form.html", form=form, person=user, **addresses, **context)
