"""Pages for moving a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.content.spaces.queries import writable_spaces
from portal.features.documents import policy
from portal.features.documents.models import Document
from portal.features.documents.moving import queries, services
from portal.kernel.typed import number
from portal.platform.access import find, require
from portal.web.context import item_url
from portal.web.database import session
from portal.web.flashing import offer
from portal.web.i18n import locale
from portal.web.identity import actor
from portal.web.routing import Needs, Pages

if TYPE_CHECKING:
    from werkzeug import Response

    from portal.content.spaces.models import Space

pages = Pages("moving", __name__)


@pages.read("/documents/<int:item_id>/move", needs=Needs.MEMBER)
def new(item_id: int) -> str:
    """The choice of spaces, each with what moving there does to the document's readers."""
    document = find(session(), actor(), Document, item_id)
    require(policy.may_edit(actor(), document))
    spaces = [space for space in writable_spaces(session(), actor()) if space.id != document.space_id]
    return render_template(
        "merging/move.html",
        document={"title": document.title, "url": item_url("document", item_id)},
        choices=[_choice(document, space) for space in spaces],
        action_url=url_for("moving.create", item_id=item_id),
    )


@pages.write("/documents/<int:item_id>/moves")
def create(item_id: int) -> Response:
    """Move it, with a way back where the person may write there."""
    document = find(session(), actor(), Document, item_id)
    before = document.space_id
    services.move(session(), actor(), document, request.values.get("space", 0, type=number))
    is_back = request.args.get("back") == "1" or before not in _writable()
    back = None if is_back else url_for("moving.create", item_id=item_id, space=before, back=1)
    offer(_("The document has been moved."), back)
    return redirect(item_url("document", item_id))


def _writable() -> set[int]:
    return {space.id for space in writable_spaces(session(), actor())}


def _choice(document: Document, space: Space) -> dict[str, Any]:
    effect = queries.effect_of_move(session(), document, space.id)
    sentences = [
        effect.losing
        and ngettext(
            "%(num)d person who reads it now will no longer see it.",
            "%(num)d people who read it now will no longer see it.",
            effect.losing,
        ),
        effect.gaining
        and ngettext(
            "%(num)d more person will be able to read it.",
            "%(num)d more people will be able to read it.",
            effect.gaining,
        ),
    ]
    effects = [sentence for sentence in sentences if sentence]
    return {
        "id": space.id,
        "label": space.label(locale()),
        "effects": effects or [_("Its readers stay the same.")],
        "is_loss": effect.losing > 0,
    }
