"""Pages of must-reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.content.must_reads import policy, presenting, progress, queries, reporting, services
from portal.kernel import tables
from portal.kernel.errors import ConflictError, InvalidError
from portal.platform.access import find, require
from portal.platform.items import Item
from portal.web import refusals
from portal.web.context import item_url
from portal.web.database import session
from portal.web.flashing import offer
from portal.web.identity import actor
from portal.web.routing import Cache, Needs, Pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug import Response

    from portal.content.must_reads.models import MustRead
    from portal.content.must_reads.progress import Progress

pages = Pages("must_reads", __name__)
Answer = str | tuple[str, int]


@pages.read("/must-reads")
def index() -> str:
    """What I have to sign, what I have signed, and how far those are whom I follow."""
    tab = request.args.get("tab", "open")
    page = presenting.followed_page() if tab == "followed" else presenting.own_page(tab)
    return render_template("must_reads/index.html", **page)


@pages.read("/items/<int:item_id>/must-reads/new", needs=Needs.MEMBER)
def new(item_id: int) -> str:
    """The form for asking people to read and sign an item."""
    item = find(session(), actor(), Item, item_id)
    require(policy.may_demand(actor(), item))
    return render_template("must_reads/form.html", **presenting.form_page(presenting.form_for(), item))


@pages.read("/items/<int:item_id>/must-reads/reach", needs=Needs.MEMBER)
def reach(item_id: int) -> str:
    """How many people an audience would reach, while it is being chosen."""
    item = find(session(), actor(), Item, item_id)
    require(policy.may_demand(actor(), item) or queries.has_asked(session(), actor(), item_id))
    found = presenting.reach(item, request.args.getlist("audience"))
    return render_template("must_reads/_reach.html", reach=found)


@pages.write("/items/<int:item_id>/must-reads")
def create(item_id: int) -> Response | Answer:
    """Ask people to read and sign an item; a form sent twice asks once."""
    item = find(session(), actor(), Item, item_id)
    require(policy.may_demand(actor(), item))
    sent = queries.open_of(session(), item_id)
    if sent and sent.created_by == actor().user_id:
        return redirect(_progress_url(sent))
    return _save(item, None, lambda wanted: services.demand(session(), actor(), item, wanted))


@pages.read("/must-reads/<int:must_read_id>/edit", needs=Needs.MEMBER)
def edit(must_read_id: int) -> str:
    """The form of a must-read."""
    must_read, item = queries.find_one(session(), actor(), must_read_id)
    require(policy.may_manage(actor(), item, must_read))
    form = presenting.form_for(must_read)
    return render_template("must_reads/form.html", **presenting.form_page(form, item, must_read))


@pages.write("/must-reads/<int:must_read_id>")
def change(must_read_id: int) -> Response | Answer:
    """Save a must-read."""
    must_read, item = queries.find_one(session(), actor(), must_read_id)
    require(policy.may_manage(actor(), item, must_read))

    def save(wanted: services.Demand) -> MustRead:
        services.change(session(), actor(), must_read, item, wanted)
        return must_read

    return _save(item, must_read, save)


def _save(
    item: Item, must_read: MustRead | None, save: Callable[[services.Demand], MustRead]
) -> Response | Answer:
    """Save what the form holds, or show it again with what does not fit."""
    form = presenting.form_for(must_read)
    if form.validate():
        try:
            saved = save(form.to_demand())
        except InvalidError as error:
            refusals.show(form, error.fields)
        else:
            flash(_("Saved.") if must_read else _("They have been asked to read and sign it."), "success")
            return redirect(_progress_url(saved))
    return render_template("must_reads/form.html", **presenting.form_page(form, item, must_read)), 422


@pages.read("/must-reads/<int:must_read_id>")
def show(must_read_id: int) -> Response | str:
    """What is new since one has signed; whoever has not, or is done, is led to the text itself."""
    must_read, item = queries.find_one(session(), actor(), must_read_id)
    page = presenting.reading(must_read, item)
    if not page["is_asked_again"]:
        return redirect(item_url(item.kind, item.id))
    return render_template("must_reads/show.html", **page)


@pages.write("/must-reads/<int:must_read_id>/signatures", needs=Needs.SIGNED_IN)
def sign(must_read_id: int) -> Response | Answer:
    """State that one has read the version that was shown; if it has moved on, the new text is shown."""
    must_read, item = queries.find_one(session(), actor(), must_read_id)
    try:
        services.sign(session(), actor(), must_read, item, request.form.get("version", 0, type=int))
    except ConflictError as conflict:
        page = presenting.reading(must_read, item)
        return render_template("must_reads/show.html", moved_on=str(conflict.message), **page), 409
    flash(_("Signed. Thank you for reading."), "success")
    back = request.form.get("back") == "list"
    return redirect(url_for("must_reads.index") if back else item_url(item.kind, item.id))


@pages.read("/must-reads/<int:must_read_id>/progress")
def show_progress(must_read_id: int) -> str:
    """How far those are whom one sees."""
    must_read, item = queries.find_one(session(), actor(), must_read_id)
    found = _progress(must_read, item)
    return render_template("must_reads/progress.html", **reporting.progress_page(must_read, item, found))


@pages.read("/must-reads/<int:must_read_id>/progress.csv", cache=Cache.NEVER)
def export(must_read_id: int) -> Response:
    """The same as a table."""
    must_read, item = queries.find_one(session(), actor(), must_read_id)
    head, rows = reporting.table(_progress(must_read, item), actor().zone)
    answer = make_response(tables.write(head, rows))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="must-read-{must_read_id}.csv"'
    return answer


@pages.write("/must-reads/<int:must_read_id>/reminders")
def remind(must_read_id: int) -> Response:
    """Remind those whom one sees, or one of them."""
    must_read, item = queries.find_one(session(), actor(), must_read_id)
    seen = {row.person.id for row in _progress(must_read, item).rows}
    one = request.form.get("user_id", type=int)
    chosen = seen & {one} if one else seen
    reminded, earlier = services.remind(session(), actor(), must_read, item, chosen)
    flash(presenting.reminded(reminded, earlier), "success" if reminded else "info")
    return redirect(_progress_url(must_read))


@pages.write("/must-reads/<int:must_read_id>/closing")
def close(must_read_id: int) -> Response:
    """Ask nobody any more."""
    must_read, item = queries.find_one(session(), actor(), must_read_id)
    services.close(session(), actor(), must_read, item)
    offer(_("Closed. Nobody is asked any more."), url_for("must_reads.reopen", must_read_id=must_read_id))
    return redirect(_progress_url(must_read))


@pages.write("/must-reads/<int:must_read_id>/reopening")
def reopen(must_read_id: int) -> Response:
    """Ask again."""
    must_read, item = queries.find_one(session(), actor(), must_read_id)
    services.reopen(session(), actor(), must_read, item)
    flash(_("Open again. Those who have not signed are asked."), "success")
    return redirect(_progress_url(must_read))


def _progress(must_read: MustRead, item: Item) -> Progress:
    found = progress.of_one(session(), actor(), must_read, item)
    require(found is not None, _("Only those who asked, editors of the space and managers see this."))
    assert found is not None  # noqa: S101 - required above
    return found


def _progress_url(must_read: MustRead) -> str:
    return url_for("must_reads.show_progress", must_read_id=must_read.id)
