"""Pages of imports: the form, and how far an import is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for

from portal.content.spaces.queries import writable_spaces
from portal.features.documents.imports import services
from portal.features.documents.imports.forms import ImportForm
from portal.features.documents.imports.jobs import NAME
from portal.features.documents.imports.reasons import sentence
from portal.kernel.errors import NotFoundError
from portal.kernel.messages import _l
from portal.platform import jobs
from portal.platform.items import DRAFT, PUBLISHED
from portal.web.context import item_url, settings
from portal.web.database import session
from portal.web.i18n import locale
from portal.web.identity import actor
from portal.web.routing import Needs, Pages, Rate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response

    from portal.platform.jobs import Job

pages = Pages("imports", __name__)

STATES = {jobs.QUEUED: "waiting"}
REMARKS = {
    "updated": _l("A new version of the document."),
    "unchanged": _l("Already here; nothing has changed."),
}


@pages.read("/imports/new", needs=Needs.MEMBER)
def new() -> str:
    """The form for an upload."""
    return _form_page(ImportForm())


@pages.write("/imports", rate=Rate.UPLOAD)
def create() -> Response | tuple[str, int]:
    """Take files in; the worker reads them."""
    form = ImportForm()
    if not form.validate():
        return _form_page(form), 422
    state = DRAFT if form.as_drafts.data else PUBLISHED
    job = services.submit(session(), actor(), form.space.data, form.uploads, settings().uploads_path, state)
    return redirect(url_for("imports.show", job_id=job.id))


@pages.read("/imports/<int:job_id>")
def show(job_id: int) -> str:
    """How far an import is; fetched again while it goes on."""
    job = jobs.find(session(), actor(), job_id)
    if job is None or job.name != NAME:
        raise NotFoundError
    page = "imports/_progress.html" if request.headers.get("HX-Request") else "imports/show.html"
    return render_template(page, job=_shown(job))


def _form_page(form: ImportForm) -> str:
    form.offer(writable_spaces(session(), actor()), locale(), request.args.get("space"))
    action, back = url_for("imports.create"), url_for("spaces.index")
    return render_template("imports/new.html", form=form, action_url=action, cancel_url=back)


def _shown(job: Job) -> dict[str, Any]:
    rows = [_row(row) for row in job.progress.get("rows", ())]
    return {
        "state": STATES.get(job.state, job.state),
        "done": job.progress.get("done", 0),
        "total": job.progress.get("total") or len(job.arguments["files"]),
        "url": url_for("imports.show", job_id=job.id),
        "rows": rows,
    }


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    reason = sentence(row["reason"], row["details"]) if row["reason"] else REMARKS.get(row["status"], "")
    return {
        "name": row["name"],
        "status": "failed" if row["status"] == "skipped" else "done",
        "reason": str(reason),
        "url": item_url("document", row["item_id"]) if row["item_id"] else None,
    }
