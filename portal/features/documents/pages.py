"""What the templates of documents are given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from portal.content import audiences, tags
from portal.content.attachments import presenting as attachments
from portal.content.cards import tags_of
from portal.content.must_reads import presenting as must_reads
from portal.content.presenting import shown_space
from portal.content.reach import count_readers
from portal.content.replies import policy as reply_policy
from portal.content.retired import presenting as retired
from portal.content.spaces.queries import writable_spaces
from portal.content.templates import presenting as filling
from portal.features.documents import policy
from portal.platform.items import ARCHIVED, IN_REVIEW, PUBLISHED
from portal.web import refusals
from portal.web.context import item_url, person_url
from portal.web.database import session
from portal.web.i18n import locale
from portal.web.identity import actor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from portal.content.readings import Reader
    from portal.content.replies.queries import ThreadReply
    from portal.features.documents.forms import DocumentForm
    from portal.features.documents.models import Document
    from portal.features.documents.queries import Sheet
    from portal.kernel.errors import InvalidError


SomeReply = TypeVar("SomeReply", "ThreadReply", "ShownReply")


@dataclass(frozen=True, slots=True)
class ShownReply:
    """A reply on a page."""

    id: int
    author_name: str
    author_url: str
    html: Markup
    created_at: dt.datetime
    edited: bool
    may_edit: bool
    may_delete: bool
    url: str
    edit_url: str
    delete_url: str
    children: list[ShownReply]


def page(sheet: Sheet) -> dict[str, Any]:
    """The page of a document, without its replies and neighbours."""
    document, rendering = sheet.document, sheet.rendering
    tokens = [grant.token for grant in document.grants]
    return {
        "document": document,
        # What the renderer stored came out of the sanitiser (kernel/markup); nothing else is marked safe.
        "html": Markup(rendering.html),  # noqa: S704
        "notice": rendering.notice,
        "has_mermaid": rendering.has_mermaid,
        "headings": [
            {"level": level, "text": text, "id": anchor} for level, text, anchor in rendering.headings
        ],
        "author": {
            "name": sheet.author.name,
            "url": person_url(sheet.author.username),
            "department": sheet.department,
            "post": sheet.post,
        },
        "space": shown_space(sheet.space),
        "tags": [(name, url_for("search.index", q=f'tag:"{name}"')) for name in sheet.tags],
        "audience_label": audiences.label(session(), tokens) if tokens else "",
        "may": rights(document),
        "urls": urls(document),
    }


def rights(document: Document) -> dict[str, bool]:
    """What the reader may do with a document."""
    person = actor()
    return {
        "edit": policy.may_edit(person, document),
        "publish": policy.may_publish(person, document),
        "withdraw": policy.may_withdraw(person, document),
        "archive": policy.may_archive(person, document),
        "delete": policy.may_delete(person, document),
        "see_readers": policy.may_see_readers(person, document),
        "reply": reply_policy.may_reply(person, document),
    }


def urls(document: Document) -> dict[str, str]:
    """Addresses of what one can do with a document."""
    base = item_url("document", document.id)
    own = {
        "edit": "edit",
        "publication": "publication",
        "withdrawal": "withdrawal",
        "archiving": "archiving",
        "deletion": "deletion",
        "readers": "readers",
    }
    items = f"/items/{document.id}"
    return {name: f"{base}/{path}" for name, path in own.items()} | {
        "replies": f"{items}/replies",
        "readings": f"{items}/readings",
    }


def shown_replies(replies: Iterable[ThreadReply]) -> list[ShownReply]:
    """A thread with what its reader may do."""
    return [_shown_reply(reply) for reply in replies]


def conversation(
    replies: list[ThreadReply], wanted: int | None, accepted: int | None = None
) -> dict[str, Any]:
    """The thread, the reply in it that one is about to answer, and the one that answered the question, if any."""
    shown = shown_replies(replies)
    return {"replies": shown, "answered": answered(replies, wanted), "accepted": answered(shown, accepted)}


def answered(replies: Iterable[SomeReply], wanted: int | None) -> SomeReply | None:
    """A reply by its number, wherever it stands in the thread."""
    for reply in replies:
        found = reply if reply.id == wanted else answered(reply.children, wanted)
        if found:
            return found
    return None


def _shown_reply(reply: ThreadReply) -> ShownReply:
    person = actor()
    own = person.is_member and reply.author_id == person.user_id
    url = item_url("reply", reply.id)
    return ShownReply(
        id=reply.id,
        author_name=reply.author_name,
        author_url=person_url(reply.author_username),
        html=Markup(reply.html),  # noqa: S704 - out of the sanitiser, see `page`
        created_at=reply.created_at,
        edited=reply.edited,
        may_edit=own,
        may_delete=own or reply.space_id in person.edits,
        url=url,
        edit_url=f"{url}/edit",
        delete_url=f"{url}/deletion",
        children=shown_replies(reply.children),
    )


def readers_page(document: Document, rows: Sequence[Reader]) -> dict[str, Any]:
    """Who has read a document, and how many of those who may have not."""
    everybody = count_readers(session(), document)
    return {
        "document": {"title": document.title, "url": item_url("document", document.id)},
        "rows": [{"url": person_url(row.username), **_fields(row)} for row in rows],
        "not_read_count": max(0, everybody - len(rows) - 1),
    }


def _fields(row: Reader) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("name", "department", "first_at", "last_at", "days")}


def fill_choices(form: DocumentForm, document: Document | None = None) -> DocumentForm:
    """Offer the spaces that the person may write in, and the readers one may choose."""
    spaces = {space.id: space.label(locale()) for space in writable_spaces(session(), actor())}
    if document and document.space_id and document.space_id not in spaces:
        spaces[document.space_id] = _("its present space")
    form.space.choices = list(spaces.items())
    kept = [grant.token for grant in document.grants] if document else []
    form.audience.choices = audiences.choices(session(), kept)
    return form


def preset(form: DocumentForm, arguments: Mapping[str, str]) -> None:
    """Begin a new document in the space one comes from, with the title one has looked for."""
    by_key = {space.key: space.id for space in writable_spaces(session(), actor())}
    form.space.data = by_key.get(arguments.get("space", ""), next(iter(by_key.values()), None))
    form.title.data = arguments.get("title", "")
    filling.preset(form)


def fill_from(form: DocumentForm, document: Document) -> DocumentForm:
    """A form that holds a document."""
    fill_choices(form, document)
    form.title.data, form.body.data = document.title, document.body
    form.space.data, form.version.data = document.space_id, document.version
    form.is_question.data, form.question_chosen.data = document.is_question, "1"
    form.tags.data = "，".join(tags_of(session(), [document.id]).get(document.id, []))
    form.audience.data = [grant.token for grant in document.grants]
    form.seen.data = "|".join([str(document.space_id), *form.audience.data])
    retired.replace_as_asked(form.title, form.body)
    return form


def form_page(form: DocumentForm, document: Document | None) -> dict[str, Any]:
    """The editor."""
    url = item_url("document", document.id) if document else ""
    if document is None:
        del form.note
    if document is None or not must_reads.is_open(document):
        del form.is_material
    shown = (
        {"id": document.id, "title": document.title, "url": url, "state": document.state}
        if document
        else None
    )
    return {
        "form": form,
        "document": shown,
        "preview_url": url_for("documents.preview"),
        "action_url": url or url_for("documents.create"),
        "cancel_url": url or url_for("home.index"),
        "tag_choices": [name for name, _count in tags.counted(session(), actor(), limit=100)],
        "attachments": attachments.editing(document, form.attachments.data or ()),
        **filling.part(document, form.refused),
    }


def saved(document: Document) -> str:
    """What saving has made of a document, in a sentence."""
    sentences = {
        PUBLISHED: _("Published."),
        IN_REVIEW: _("Sent for review. You will be told what becomes of it."),
        ARCHIVED: _("Saved."),
    }
    return str(sentences.get(document.state, _("Saved as a draft.")))


def with_errors(form: DocumentForm, error: InvalidError) -> DocumentForm:
    """A form that shows what a service refused."""
    form.refused = error.fields
    return refusals.show(form, {name: texts for name, texts in error.fields.items() if name in form})
