"""The administrator's front page: where to go, and how things stand."""

from __future__ import annotations

from flask import render_template, url_for
from flask_babel import gettext as _

from portal.people import profiles
from portal.people.views.admin.blueprint import pages
from portal.web.database import session
from portal.web.routing import Needs


@pages.read("/admin", needs=Needs.ADMINISTRATOR)
def index() -> str:
    """Where to go, and how many there are of everything."""
    return render_template("admin/index.html", sections=_sections(), facts=_facts())


def _sections() -> list[tuple[str, str, str, str]]:
    return [
        ("users", _("People"), _("Add, change and close accounts."), url_for("admin.people")),
        (
            "upload",
            _("Import people"),
            _("Bring in the whole staff from a table."),
            url_for("admin.import_people"),
        ),
        ("sitemap", _("Departments"), _("Headquarters, regions and teams."), url_for("admin.departments")),
        ("shield", _("Posts"), _("What people are in the organisation."), url_for("admin.posts")),
    ]


def _facts() -> list[tuple[str, int]]:
    figures = profiles.figures(session())
    labels = {
        "active": _("People who can sign in"),
        "without_password": _("Of these without a password yet"),
        "closed": _("Closed accounts"),
        "departments": _("Departments"),
        "posts": _("Posts"),
    }
    return [(label, figures[name]) for name, label in labels.items()]
