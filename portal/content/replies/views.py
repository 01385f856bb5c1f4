"""Pages of replies: answering happens under the item, changing on a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.content import writing
from portal.content.manuscripts import prepare
from portal.content.mentions.presenting import say_unreached, settled
from portal.content.replies import policy, services
from portal.content.replies.models import Reply
from portal.kernel.errors import ConflictError, NotFoundError
from portal.platform.access import find, find_deleted, require
from portal.platform.items import Item
from portal.web.context import item_url
from portal.web.database import session
from portal.web.flashing import offer
from portal.web.identity import actor
from portal.web.routing import Pages

if TYPE_CHECKING:
    from typing import Any

    from werkzeug import Response

pages = Pages("replies", __name__)


@pages.read("/replies/<int:item_id>")
def show(item_id: int) -> Response:
    """A reply has no page: its address leads to its place under the item."""
    return redirect(_place(find(session(), actor(), Reply, item_id)))


@pages.write("/items/<int:item_id>/replies")
def create(item_id: int) -> Response:
    """Answer an item."""
    submission = request.form.get("submission", "")
    manuscript = prepare("", settled(request.form.get("body", "")), submission=submission)
    sent = writing.sent_before(session(), actor(), submission)
    if sent:
        return redirect(item_url("reply", sent))
    holder = find(session(), actor(), Item, item_id)
    parent = request.form.get("parent_id", type=int)
    made = services.reply(session(), actor(), holder, manuscript, parent)
    say_unreached(made)
    return redirect(_place(made))


@pages.read("/replies/<int:item_id>/edit")
def edit(item_id: int) -> str:
    """The form of a reply."""
    answer = find(session(), actor(), Reply, item_id)
    require(policy.may_edit(actor(), answer))
    return _form_page(answer, answer.body, answer.version)


@pages.write("/replies/<int:item_id>")
def change(item_id: int) -> Response | tuple[str, int]:
    """Save a reply; when it was changed in another window, both texts are shown."""
    manuscript = prepare("", settled(request.form.get("body", "")))
    answer = find(session(), actor(), Reply, item_id)
    try:
        services.change(session(), actor(), answer, manuscript, request.form.get("version", 0, type=int))
    except ConflictError as conflict:
        page = _form_page(
            answer, manuscript.body, answer.version, theirs=answer.body, sentence=str(conflict.message)
        )
        return page, 409
    flash(_("Saved."), "success")
    say_unreached(answer)
    return redirect(_place(answer))


@pages.write("/replies/<int:item_id>/deletion")
def delete(item_id: int) -> Response:
    """Take a reply away, with a way back."""
    answer = find(session(), actor(), Reply, item_id)
    services.remove(session(), actor(), answer)
    offer(_("The reply has been deleted."), url_for("replies.restore", item_id=item_id))
    return redirect(_holder_url(answer) + "#replies")


@pages.write("/replies/<int:item_id>/restoration")
def restore(item_id: int) -> Response:
    """Undo a deletion."""
    answer = find_deleted(session(), actor(), Reply, item_id)
    services.restore(session(), actor(), answer)
    return redirect(_place(answer))


def _holder_url(answer: Reply) -> str:
    if answer.holder_id is None:
        raise NotFoundError
    holder = find(session(), actor(), Item, answer.holder_id)
    return item_url(holder.kind, holder.id)


def _place(answer: Reply) -> str:
    return f"{_holder_url(answer)}#reply-{answer.id}"


def _form_page(answer: Reply, body: str, version: int, **more: Any) -> str:  # noqa: ANN401 - template values
    action, cancel = url_for("replies.change", item_id=answer.id), _place(answer)
    return render_template(
        "replies/form.html", body=body, version=version, action_url=action, cancel_url=cancel, **more
    )
