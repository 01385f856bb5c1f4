"""Pages of exporting a space: asking for it, how far it is, taking it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from portal.content.attachments.presenting import size_of
from portal.content.spaces.queries import find_space
from portal.features.documents.exports import jobs as work
from portal.features.documents.exports.copies import file_name
from portal.kernel.errors import ForbiddenError, NotFoundError
from portal.platform import jobs
from portal.web.context import settings
from portal.web.database import session
from portal.web.identity import actor
from portal.web.routing import Cache, Needs, Pages

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from portal.platform.jobs import Job

pages = Pages("archives", __name__)
STATES = {jobs.QUEUED: "waiting"}


@pages.write("/spaces/<key>/exports", needs=Needs.SIGNED_IN)
def create(key: str) -> ResponseReturnValue:
    """Have the archive of a space written."""
    space = find_space(session(), actor(), key)
    job = work.submit(session(), actor(), space)
    return redirect(url_for("archives.show", job_id=job.id))


@pages.read("/exports/<int:job_id>")
def show(job_id: int) -> str:
    """How far an export is; fetched again while it goes on."""
    job = _own(job_id)
    page = "exports/_progress.html" if request.headers.get("HX-Request") else "exports/show.html"
    return render_template(page, job=_shown(job))


@pages.read("/exports/<int:job_id>/file", cache=Cache.NEVER)
def file(job_id: int) -> ResponseReturnValue:
    """The archive, for the one who asked for it, as long as they may read all that is in it."""
    job = _own(job_id)
    path = work.path_of(settings(), job)
    if job.state != jobs.DONE or not path.is_file():
        raise NotFoundError
    if not work.is_still_readable(session(), actor(), job):
        raise ForbiddenError(_("What you may read here has changed since. Export the space again."))
    name = file_name(job.progress["name"], "zip")
    answer = send_file(path, mimetype="application/zip", as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = Cache.NEVER.value
    return answer


def _own(job_id: int) -> Job:
    job = jobs.find(session(), actor(), job_id)
    if job is None or job.name != work.NAME:
        raise NotFoundError
    return job


def _shown(job: Job) -> dict[str, Any]:
    is_there = job.state == jobs.DONE and work.path_of(settings(), job).is_file()
    return {
        "state": STATES.get(job.state, job.state),
        "done": job.progress.get("done", 0),
        "total": job.progress.get("total", 0),
        "url": url_for("archives.show", job_id=job.id),
        "file_url": url_for("archives.file", job_id=job.id) if is_there else None,
        "count": len(job.progress.get("ids", [])),
        "size": size_of(job.progress.get("size", 0)),
    }
