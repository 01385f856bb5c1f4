"""Lifting a document to the newest version of its template: a preview, then a new version of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _

from portal.content.cards import tags_of
from portal.content.manuscripts import prepare
from portal.content.templates import filling, fillings, forms, presenting, queries
from portal.content.templates.models import Template
from portal.features.documents import policy, services
from portal.features.documents.models import Document
from portal.features.documents.services import DocumentInput
from portal.kernel.errors import InvalidError, NotFoundError
from portal.platform import access
from portal.web.context import item_url
from portal.web.database import session
from portal.web.identity import actor
from portal.web.routing import Needs, Pages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug import Response

    from portal.content.templates.fillings import Definition
    from portal.content.templates.queries import Facts

pages = Pages("lifting", __name__)


@pages.read("/documents/<int:item_id>/template", needs=Needs.MEMBER)
def preview(item_id: int) -> str:
    """What is kept, what is asked for and what falls away."""
    return _page(*_subject(item_id), {})


@pages.write("/documents/<int:item_id>/template")
def lift(item_id: int) -> Response | tuple[str, int]:
    """Save the document by the newest version of its template."""
    document, found, newest = _subject(item_id)
    sent = forms.sent(request.form)
    try:
        _save(document, found, newest, sent.typed if sent else {})
    except InvalidError as error:
        return _page(document, found, newest, error.fields), 422
    flash(_("The document follows the newest version of its template."), "success")
    return redirect(item_url("document", document.id))


def _subject(item_id: int) -> tuple[Document, Facts, Definition]:
    """A document one may edit, its fields, and the newest version of its template.

    Raises:
        NotFoundError: it has no template that one may read.
        ForbiddenError: one may not edit it.
    """
    document = access.find(session(), actor(), Document, item_id)
    access.require(policy.may_edit(actor(), document))
    found = queries.facts(session(), actor(), item_id)
    if found is None:
        raise NotFoundError
    template = access.find(session(), actor(), Template, found.definition.template_id)
    newest = fillings.definition(session(), template.id, template.version)
    if newest is None:
        raise NotFoundError
    return document, found, newest


def _page(document: Document, found: Facts, newest: Definition, errors: Mapping[str, list[str]]) -> str:
    return render_template("documents/lift.html", **presenting.lifting(document, found, newest, errors))


def _save(document: Document, found: Facts, newest: Definition, typed: Mapping[str, object]) -> None:
    """The same text, title, tags and readers by a newer form."""
    note = str(_("Lifted to version %(version)s of the template", version=newest.version))
    tags = tags_of(session(), [document.id]).get(document.id, [])
    manuscript = prepare(document.title, document.body, tags, note)
    readers = frozenset(grant.token for grant in document.grants)
    filled = filling.lifted(session(), found, newest, typed)
    wanted = DocumentInput(manuscript, document.space_id or 0, readers, filled=filled)
    services.edit(session(), actor(), document, wanted, request.form.get("version", 0, type=int))
