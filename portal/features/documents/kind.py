"""The declaration of the kind `document`."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads the annotation
from typing import Any

from portal.features.documents import policy
from portal.features.documents.models import Document
from portal.kernel.messages import _l
from portal.platform.kinds import Kind, SearchMap
from portal.web.schemas import ItemOut


class DocumentOut(ItemOut):
    """A document; `source_name` is the file it was imported from, empty when it was written here.

    `verified_until` is the first moment at which nobody vouches for it any more, null when nobody does or no end was set.
    `fields` holds what was filled in by its template, by the keys of the template's fields.
    """

    body: str
    source_name: str
    is_question: bool
    template: int | None
    template_version: int | None
    fields: dict[str, Any]
    verified_until: dt.datetime | None


def _flags(document: Document) -> tuple[str, ...]:
    if not document.is_question:
        return ()
    if document.accepted_id:
        return ("question", "answered")
    return ("question", "unanswered") if document.reply_count else ("question", "unanswered", "unreplied")


def _source(document: Document) -> str:
    return document.source_name


KIND = Kind(
    name="document",
    plural="documents",
    label=_l("Document"),
    model=Document,
    policy=policy,
    api=DocumentOut,
    page="documents.show",
    rewind="rewinding.restore",
    is_discussed=True,
    has_attachments=True,
    search=SearchMap(flags=_flags, source=_source),
    verbs={
        "created": _l("%(actor)s began %(title)s"),
        "edited": _l("%(actor)s edited %(title)s"),
        "published": _l("%(actor)s published %(title)s"),
        "withdrawn": _l("%(actor)s withdrew %(title)s"),
        "archived": _l("%(actor)s archived %(title)s"),
        "deleted": _l("%(actor)s deleted %(title)s"),
        "restored": _l("%(actor)s restored %(title)s"),
        "submitted": _l("%(actor)s sent %(title)s for review"),
        "returned": _l("%(actor)s sent %(title)s back"),
        "approved": _l("%(actor)s approved %(title)s"),
        "moved": _l("%(actor)s moved %(title)s"),
        "merged": _l("%(actor)s merged %(title)s into another document"),
        "imported": _l("%(actor)s imported %(title)s"),
        "verified": _l("%(actor)s verified %(title)s"),
        "doubted": _l("%(actor)s doubts %(title)s"),
        "kept": _l("%(actor)s chose who keeps %(title)s"),
        "verification_undone": _l("%(actor)s took back what they said of %(title)s"),
    },
)
