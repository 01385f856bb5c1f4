"""What the templates of review are given."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import request as sent
from flask import url_for
from flask_babel import gettext as _

from portal.content.manuscripts import Manuscript, prepare
from portal.content.must_reads import presenting as must_reads
from portal.content.presenting import here, neighbours
from portal.content.spaces.queries import editable_spaces
from portal.content.templates import values
from portal.content.templates.filling import Filled
from portal.content.templates.fillings import FILLED, definition
from portal.content.templates.presenting import filling
from portal.features.documents import pages as documents
from portal.features.documents.reviews import comparing, deciding, policy, queries, queue
from portal.features.documents.reviews.forms import SuggestionForm
from portal.features.documents.reviews.models import PUBLICATION
from portal.platform.access import readable_ids
from portal.web.context import item_url, person_url
from portal.web.database import session
from portal.web.i18n import locale
from portal.web.identity import actor

if TYPE_CHECKING:
    from portal.features.documents.models import Document
    from portal.features.documents.reviews.models import ChangeRequest
    from portal.features.documents.reviews.queries import Told
    from portal.features.documents.reviews.queue import Row
    from portal.kernel.errors import InvalidError

WAITING, SENT_BACK, MINE = "waiting", "returned", "mine"
ACTS = {
    "approval": "approval",
    "return": "return",
    "withdrawal": "withdrawal",
    "remarks": "remarks",
    "reviewer": "reviewer",
    "renewal": "update",
    "edit": "edit",
    "text": "text",
}


def queue_page() -> dict[str, Any]:
    """The queue: what waits for the person, what they have sent back, or what they have sent in themselves."""
    tab = sent.args.get("tab", WAITING)
    conditions = {SENT_BACK: queue.sent_back_by, MINE: queries.made_by}
    condition = conditions.get(tab, queue.waiting_for)(actor()) & queue.narrowed(
        actor(), sent.args.get("space", type=int), taken=bool(sent.args.get("taken"))
    )
    found = queue.page(
        session(), actor(), condition, sent.args.get("cursor"), ascending=tab not in conditions
    )
    return {
        "tab": tab if tab in conditions else WAITING,
        "tabs": _tabs(tab),
        "rows": [_row(row) for row in found.rows],
        "page": neighbours(found),
        "spaces": [(space.id, space.label(locale())) for space in editable_spaces(session(), actor())],
        "space": sent.args.get("space", type=int),
        "taken": bool(sent.args.get("taken")),
        "lost": _lost() if tab == MINE else [],
    }


def _tabs(tab: str) -> list[tuple[str, str, bool, int]]:
    waiting, sent_back, own = queue.counts(session(), actor())
    known = {SENT_BACK: sent_back, MINE: own}
    labels = {SENT_BACK: _("Sent back"), MINE: _("My requests")}
    first = (_("Waiting for review"), here(tab=None, cursor=None), tab not in known, waiting)
    return [first] + [
        (labels[name], here(tab=name, cursor=None, taken=None), tab == name, count)
        for name, count in known.items()
    ]


def _row(row: Row) -> dict[str, Any]:
    space = row.space_name_en if locale() == "en" and row.space_name_en else row.space_name
    return {
        "url": url_for("reviews.show", request_id=row.id),
        "author_url": person_url(row.author_username),
        "space": space or "",
        **{name: getattr(row, name) for name in ("kind", "state", "title", "note", "sent_at", "author_name")},
        **{name: getattr(row, name) for name in ("reviewer_name", "outdated_at")},
    }


def _lost() -> list[dict[str, Any]]:
    return [
        {"title": own.title, "url": url_for("reviews.text", request_id=own.id), "sent_at": own.sent_at}
        for own in queue.lost(session(), actor())
    ]


def request_page(found: ChangeRequest, document: Document) -> dict[str, Any]:
    """A request: what it changes, what was said, and what its reader may do with it."""
    is_alone = found.author_id == actor().user_id and deciding.is_only_editor(session(), actor(), document)
    may = _rights(found, document, is_alone=is_alone)
    view = "sides" if sent.args.get("view") == "sides" else "inline"
    return {
        "request": found,
        "is_publication": found.kind == PUBLICATION,
        "document": {
            "title": document.title,
            "url": item_url("document", document.id),
            "state": document.state,
        },
        "space": queries.space_label(session(), document.space_id, locale()),
        "people": _people(found),
        "may": may,
        "is_alone": is_alone,
        "is_signed": may["approve"] and found.kind != PUBLICATION and must_reads.is_open(document),
        "is_changed_since": found.kind == PUBLICATION and document.version > found.base_version,
        "urls": _urls(found, document),
        "steps": [_step(step) for step in queries.steps(session(), found.id)],
        "editors": queries.editors(session(), document.space_id) if may["assign"] else [],
        "seen": document.version if found.kind == PUBLICATION else found.version,
        "document_version": document.version,
        "view": view,
        "views": _views(view),
        **comparing.told(session(), actor(), found, document),
    }


def _rights(found: ChangeRequest, document: Document, *, is_alone: bool) -> dict[str, bool]:
    person = actor()
    return {
        "approve": policy.may_approve(person, found, document, is_only_editor=is_alone),
        "return": policy.may_return(person, found, document),
        "revise": policy.may_revise(person, found),
        "withdraw": policy.may_withdraw(person, found),
        "renew": policy.may_update(person, found, document),
        "remark": policy.may_remark(person, found, document),
        "assign": policy.may_assign(person, found, document),
        "decide": policy.may_decide(person, document),
    }


def _urls(found: ChangeRequest, document: Document) -> dict[str, str]:
    base = url_for("reviews.show", request_id=found.id)
    return {name: f"{base}/{path}" for name, path in ACTS.items()} | {
        "self": base,
        "document_edit": f"{item_url('document', document.id)}/edit",
        "queue": url_for("reviews.index"),
    }


def _people(found: ChangeRequest) -> dict[str, str]:
    named = queries.names(session(), {found.author_id, found.reviewer_id, found.decided_by})
    author, username = named.get(found.author_id, ("", ""))
    return {
        "author": author,
        "author_url": person_url(username),
        "reviewer": named.get(found.reviewer_id or 0, ("", ""))[0],
        "decided_by": named.get(found.decided_by or 0, ("", ""))[0],
    }


def _step(step: Told) -> dict[str, Any]:
    return {
        "verb": step.verb,
        "at": step.at,
        "html": step.html,
        "name": step.name,
        "url": person_url(step.username),
    }


def _views(view: str) -> list[tuple[str, str, bool, None]]:
    return [
        (_("In one text"), here(view=None), view == "inline", None),
        (_("Side by side"), here(view="sides"), view == "sides", None),
    ]


def suggestion_page(
    form: SuggestionForm, document: Document, own: ChangeRequest | None = None
) -> dict[str, Any]:
    """The editor, for a text that goes to review."""
    page = documents.form_page(form, document)
    if own:
        action, cancel = (
            url_for("reviews.revise", request_id=own.id),
            url_for("reviews.show", request_id=own.id),
        )
    else:
        action, cancel = url_for("reviews.propose", item_id=document.id), item_url("document", document.id)
    key = f"review:r{own.id}" if own else f"suggestion:{document.id}"
    suggestion = {
        "key": key,
        "disputes": comparing.upon_current(session(), own, document).disputes if own else (),
        "is_again": own is not None,
        "is_returned": bool(own and own.state == "returned"),
    }
    if own and sent.method == "GET":
        page["filling"] = _filling(own, document)
    return page | {"action_url": action, "cancel_url": cancel, "suggestion": suggestion}


def _filling(own: ChangeRequest, document: Document) -> dict[str, Any] | None:
    """The fields of a template as they were proposed."""
    stored = own.data.get(FILLED)
    asked = definition(session(), stored["template"], stored["version"]) if stored else None
    if not stored or not asked:
        return None
    typed = {field.key: values.typed(field, stored["values"].get(field.key)) for field in asked.fields}
    return filling(asked, Filled(asked.template_id, asked.version, typed), document, {})


def suggestion_form(document: Document) -> SuggestionForm:
    """A form that holds what the document says."""
    form = SuggestionForm()
    documents.fill_from(form, document)
    return form


def revision_form(own: ChangeRequest, document: Document) -> SuggestionForm:
    """A form that holds what was proposed, upon what the document says now."""
    form = SuggestionForm()
    documents.fill_choices(form, document)
    text = comparing.upon_current(session(), own, document)
    form.title.data, form.body.data, form.tags.data = text.title, text.body, "，".join(text.tags)
    form.space.data, form.note.data = own.space_id, own.note
    form.version.data, form.own_version.data = document.version, str(own.version)
    return form


def proposed(request_id: int) -> Manuscript | None:
    """What is proposed, rendered; None where a document itself is to be published."""
    found, _document = queries.find(session(), actor(), request_id)
    if found.kind == PUBLICATION:
        return None
    # Whether it is to be read and signed again is for those who decide to say.
    more: dict[str, Any] = {"data": dict(found.data), "is_material": bool(sent.form.get("is_material"))}
    return _rendered(found.title, found.body, tuple(found.tags), found.note, **more)


def merged(request_id: int) -> tuple[Manuscript | None, tuple[int, int]]:
    """A change upon what its document says now, rendered, None where that takes a person; and of which versions it was made."""
    found, document = queries.find(session(), actor(), request_id)
    text, seen = comparing.upon_current(session(), found, document), (found.version, document.version)
    if text.conflicts:
        return None, seen
    return _rendered(text.title, text.body, text.tags, found.note, data=dict(text.data)), seen


def _rendered(title: str, body: str, tags: tuple[str, ...], note: str, **more: Any) -> Manuscript:  # noqa: ANN401
    # Rendering may take its two seconds: the database's write lock is given back for so long.
    session().rollback()
    return replace(prepare(title, body, tags, note), **more)


def choices(form: SuggestionForm, document: Document) -> None:
    """Offer the spaces that the person may write in, and the document's own."""
    documents.fill_choices(form, document)


def sentence(error: InvalidError) -> str:
    """What a service refused, in one sentence."""
    return " ".join(text for texts in error.fields.values() for text in texts) or str(error.message)


def after(document: Document) -> str:
    """Where somebody goes who has decided: the document, if it is for them to read."""
    session().flush()
    is_readable = bool(readable_ids(session(), actor(), [document.id]))
    return item_url("document", document.id) if is_readable else url_for("reviews.index")
