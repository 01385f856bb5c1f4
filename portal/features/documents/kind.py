"""The declaration of the kind `document`."""

from __future__ import annotations

from portal.features.documents import policy
from portal.features.documents.models import Document
from portal.kernel.messages import _l
from portal.platform.kinds import Kind, SearchMap
from portal.web.schemas import ItemOut


class DocumentOut(ItemOut):
    """A document; `source_name` is the file it was imported from, empty when it was written here."""

    body: str
    source_name: str
    is_question: bool


def _flags(document: Document) -> tuple[str, ...]:
    if not document.is_question:
        return ()
    return ("question",) if document.reply_count else ("question", "unanswered")


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
    is_discussed=True,
    search=SearchMap(flags=_flags, source=_source),
    verbs={
        "created": _l("%(actor)s began %(title)s"),
        "edited": _l("%(actor)s edited %(title)s"),
        "published": _l("%(actor)s published %(title)s"),
        "withdrawn": _l("%(actor)s withdrew %(title)s"),
        "archived": _l("%(actor)s archived %(title)s"),
        "deleted": _l("%(actor)s deleted %(title)s"),
        "restored": _l("%(actor)s restored %(title)s"),
        "imported": _l("%(actor)s imported %(title)s"),
    },
)
