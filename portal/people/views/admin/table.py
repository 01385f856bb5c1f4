"""Importing people from a table: upload, look at what would happen, confirm, hand out first passwords."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.kernel import tables
from portal.kernel.errors import InvalidError
from portal.people import importing, sheets
from portal.people.views.admin.blueprint import pages
from portal.web.database import session
from portal.web.identity import actor
from portal.web.routing import Needs, Rate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response

    from portal.people.importing import RowResult

Answer = tuple[str, int]


@pages.read("/admin/people/import", needs=Needs.ADMINISTRATOR)
def import_people() -> str:
    """The form to upload a table with."""
    return _page()


@pages.read("/admin/people/import/template.csv", needs=Needs.ADMINISTRATOR)
def import_template() -> Response:
    """A table to fill in."""
    return _file(sheets.template(), "zhiying-people.csv")


@pages.write("/admin/people/import", needs=Needs.ADMINISTRATOR, rate=Rate.UPLOAD)
def check_import() -> str | Answer:
    """What the uploaded table would do; nothing changes."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _page(error=_("Choose a file.")), 422
    data = upload.stream.read(sheets.LARGEST + 1)
    try:
        return _report(data)
    except InvalidError as error:
        return _page(error=str(error.message)), 422


def _report(data: bytes) -> str:
    sheet = sheets.parse(data)
    results = importing.plan(session(), actor(), sheet.rows)
    # The file travels in the page: between looking and confirming nothing of it is kept here, and it is checked again.
    fields = {"table": base64.b64encode(data).decode()}
    return _page(
        rows=results,
        ignored=sheet.ignored,
        confirm_url=url_for("admin.confirm_import"),
        confirm_fields=fields,
    )


@pages.write("/admin/people/import/confirmation", needs=Needs.ADMINISTRATOR, rate=Rate.UPLOAD)
def confirm_import() -> str | Answer:
    """Do what the table says, all of it or nothing; it is checked again, because others work meanwhile."""
    try:
        sheet = sheets.parse(_carried())
        results = importing.plan(session(), actor(), sheet.rows)
        if any(result.status == importing.ERROR for result in results):
            return _page(rows=results, ignored=sheet.ignored), 422
        added = importing.apply(session(), actor(), results)
    except InvalidError as error:
        session().rollback()
        return _page(error=_sentence(error)), 422
    return _page(done=_summary(results), batches=_batches(added))


def _carried() -> bytes:
    try:
        return base64.b64decode(request.form.get("table", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidError(_("The table did not arrive whole. Upload it again.")) from error


def _sentence(error: InvalidError) -> str:
    return " ".join(
        filter(None, [str(error.message), *(text for texts in error.fields.values() for text in texts)])
    )


def _summary(results: Sequence[RowResult]) -> str:
    statuses = [result.status for result in results]
    added, changed = statuses.count(importing.OK), statuses.count(importing.CHANGED)
    parts = (
        ngettext("%(num)d person was added.", "%(num)d people were added.", added),
        ngettext("%(num)d person was changed.", "%(num)d people were changed.", changed),
    )
    return " ".join(parts)


def _batches(added: Sequence[int]) -> list[dict[str, Any]]:
    """Those who need a first password, in portions that are hashed in one go."""
    size = importing.PASSWORDS_AT_ONCE
    return [
        {
            "label": _("First passwords for %(n)s people (CSV)", n=len(added[start : start + size])),
            "url": url_for("admin.first_passwords"),
            "fields": {"people": ",".join(map(str, added[start : start + size]))},
        }
        for start in range(0, len(added), size)
    ]


@pages.write("/admin/people/import/passwords", needs=Needs.ADMINISTRATOR)
def first_passwords() -> Response:
    """Passwords for people who have none, as a table that is handed out once and kept nowhere."""
    texts = [text for text in request.form.get("people", "").split(",") if text.isascii() and text.isdigit()]
    ids = [int(text) for text in texts if len(text) < 10][: importing.PASSWORDS_AT_ONCE]  # noqa: PLR2004 - fits a column
    rows = importing.initial_passwords(session(), actor(), ids)
    return _file(tables.write((_("Name"), _("User name"), _("Password")), rows), "zhiying-passwords.csv")


def _file(data: bytes, name: str) -> Response:
    response = make_response(data)
    response.content_type = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _page(**context: Any) -> str:  # noqa: ANN401 - values of the template
    addresses = {
        "action_url": url_for("admin.check_import"),
        "template_url": url_for("admin.import_template"),
    }
    return render_template("admin/people_import.html", **{"rows": None, "form": None, **addresses, **context})
