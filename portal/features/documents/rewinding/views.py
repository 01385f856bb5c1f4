"""The way back to an earlier version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, url_for
from flask_babel import gettext as _

from portal.content.revisions import queries
from portal.features.documents.models import Document
from portal.features.documents.rewinding.services import rewind
from portal.platform.access import find
from portal.web.context import item_url
from portal.web.database import session
from portal.web.flashing import offer
from portal.web.identity import actor
from portal.web.routing import Pages

if TYPE_CHECKING:
    from werkzeug import Response

pages = Pages("rewinding", __name__)


@pages.write("/documents/<int:item_id>/versions/<int:version>/restoration")
def restore(item_id: int, version: int) -> Response:
    """Make an earlier version the current one; undoing that is restoring the one it replaced."""
    document = find(session(), actor(), Document, item_id)
    replaced = document.version
    state = queries.state(session(), actor(), document, version)
    rewind(session(), actor(), document, state, _("Restored version %(n)s", n=version))
    undo = url_for("rewinding.restore", item_id=item_id, version=replaced)
    offer(_("Version %(n)s is the current one again.", n=version), undo)
    return redirect(item_url("document", item_id))
