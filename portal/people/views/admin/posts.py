"""What people are in the organisation: add a post, call it something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, url_for
from flask_babel import gettext as _

from portal.kernel.errors import InvalidError
from portal.people import posts as held
from portal.people.forms import PostForm
from portal.people.views.admin.blueprint import pages
from portal.web.database import session
from portal.web.flashing import offer
from portal.web.identity import actor
from portal.web.routing import Needs

if TYPE_CHECKING:
    from werkzeug import Response

    from portal.people.posts import PostRow


@pages.read("/admin/posts", needs=Needs.ADMINISTRATOR)
def posts() -> str:
    """All posts with the people who hold them."""
    return _page(PostForm())


@pages.write("/admin/posts", needs=Needs.ADMINISTRATOR)
def add_post() -> Response | tuple[str, int]:
    """Add a post."""
    form = PostForm()
    if form.validate():
        try:
            held.add(session(), actor(), form.name.data or "", form.name_en.data or "")
        except InvalidError as error:
            form.name.errors = [str(error.message)]
    return _answer(form)


@pages.write("/admin/posts/<int:post_id>", needs=Needs.ADMINISTRATOR)
def rename_post(post_id: int) -> Response | tuple[str, int]:
    """Call a post something else."""
    form, post = PostForm(), held.find(session(), post_id)
    if form.validate():
        try:
            held.rename(session(), actor(), post, form.name.data or "", form.name_en.data or "")
        except InvalidError as error:
            form.name.errors = [str(error.message)]
    return _answer(form)


def _answer(form: PostForm) -> Response | tuple[str, int]:
    if form.errors:
        return _page(form), 422
    offer(_("Saved."))
    return redirect(url_for("admin.posts"))


def _page(form: PostForm) -> str:
    rows = [_row(row) for row in held.overview(session())]
    return render_template("admin/posts.html", posts=rows, form=form, add_url=url_for("admin.add_post"))


def _row(row: PostRow) -> dict[str, Any]:
    edit_url = url_for("admin.rename_post", post_id=row.id)
    return {"id": row.id, "name": row.name, "name_en": row.name_en, "count": row.count, "edit_url": edit_url}
