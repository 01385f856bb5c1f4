"""The tree of departments: add, rename, move, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, url_for
from flask_babel import gettext as _

from portal.kernel.errors import InvalidError
from portal.people import organisation, queries
from portal.people.forms import DepartmentForm
from portal.people.views.admin.blueprint import pages
from portal.web import refusals
from portal.web.database import session
from portal.web.flashing import offer
from portal.web.identity import actor
from portal.web.routing import Needs

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug import Response

    from portal.people.models import Department

Answer = tuple[str, int]


@pages.read("/admin/departments", needs=Needs.ADMINISTRATOR)
def departments() -> str:
    """All departments with their people counted."""
    return _page()


@pages.write("/admin/departments", needs=Needs.ADMINISTRATOR)
def add_department() -> Response | Answer:
    """Add a department."""
    form = _form()

    def add() -> None:
        organisation.add_department(
            session(), actor(), form.name.data or "", form.kind.data or "", _parent(form)
        )

    return _done(form, add)


@pages.write("/admin/departments/<int:department_id>", needs=Needs.ADMINISTRATOR)
def change_department(department_id: int) -> Response | Answer:
    """Rename or move a department with all below it."""
    department, form = queries.department(session(), department_id), _form()
    kind = form.kind.data or department.kind

    def change() -> None:
        organisation.change_department(
            session(), actor(), department, form.name.data or "", kind, _parent(form)
        )

    return _done(form, change)


@pages.write("/admin/departments/<int:department_id>/removal", needs=Needs.ADMINISTRATOR)
def remove_department(department_id: int) -> Response | Answer:
    """Remove an empty department."""
    department = queries.department(session(), department_id)
    try:
        organisation.remove_department(session(), actor(), department)
    except InvalidError as error:
        return _page(error=str(error.message)), 422
    offer(_("The department %(name)s is removed.", name=department.name))
    return redirect(url_for("admin.departments"))


def _form() -> DepartmentForm:
    form = DepartmentForm()
    form.parent.choices = [
        (0, "—"),
        *((found.id, found.name) for found, _depth in queries.departments(session())),
    ]
    return form


def _parent(form: DepartmentForm) -> Department | None:
    return queries.department(session(), form.parent.data) if form.parent.data else None


def _done(form: DepartmentForm, work: Callable[[], None]) -> Response | Answer:
    """Do the work when the form is sound; what is refused is said above the tree."""
    if not form.validate():
        return _page(form=form), 422
    try:
        work()
    except InvalidError as error:
        return _page(form=refusals.show(form, error.fields)), 422
    offer(_("Saved."))
    return redirect(url_for("admin.departments"))


def _page(**context: Any) -> str:  # noqa: ANN401 - values of the template
    tree, counts = queries.departments(session()), queries.headcount(session())
    parents = {department.parent_id for department, _depth in tree}
    rows = [_row(department, depth, counts.get(department.id, 0), parents) for department, depth in tree]
    add_url = url_for("admin.add_department")
    return render_template("admin/departments.html", departments=rows, add_url=add_url, **context)


def _row(department: Department, depth: int, count: int, parents: set[int | None]) -> dict[str, Any]:
    may_go = not count and department.id not in parents
    return {
        "id": department.id,
        "name": department.name,
        "depth": depth,
        "parent_id": department.parent_id,
        "count": count,
        "edit_url": url_for("admin.change_department", department_id=department.id),
        "delete_url": url_for("admin.remove_department", department_id=department.id) if may_go else None,
    }
