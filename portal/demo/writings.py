"""Documents and replies of the demo company, written in the order in which they happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.content.manuscripts import prepare
from portal.content.replies import services as replies
from portal.content.replies.models import Reply
from portal.demo.notices import with_names
from portal.demo.templates import filled
from portal.features.documents import services as documents
from portal.features.documents.models import Document
from portal.features.documents.services import DocumentInput
from portal.platform.items import ARCHIVED, DRAFT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from portal.content.manuscripts import Manuscript
    from portal.demo.organisation import Organisation
    from portal.demo.source import Company, DemoDocument, DemoReply

BEGUN_BEFORE = dt.timedelta(hours=3)
ARCHIVED_AFTER = dt.timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, by the keys of the folder."""

    documents: Mapping[str, Document]
    replies: Mapping[tuple[str, int], Reply]


Manuscripts = dict[object, "Manuscript"]
"""By the key of a document, or of a document and the number of a reply under it."""


def prepare_all(
    company: Company, tell: Callable[[int, int], None] = lambda _done, _total: None
) -> Manuscripts:
    """Render every text before the database is asked for anything.

    Args:
        company: the folder.
        tell: called with how many are done, and how many there are.
    """
    todo = [(each.key, each.title, each.body, each.tags) for each in company.documents]
    short = [((each.document, each.number), "", each.body, ()) for each in company.replies]
    made: Manuscripts = {}
    for key, title, body, tags in [*todo, *short]:
        made[key] = prepare(title, with_names(company, body), tags)
        tell(len(made), len(todo) + len(short))
    return made


def write(session: Session, company: Company, organisation: Organisation, texts: Manuscripts) -> Written:
    """Write it all, each text by its author and at its moment."""
    writer = _Writer(session, organisation, texts)
    for _moment, act in sorted(_acts(company, writer), key=lambda pair: pair[0]):
        act()
    return Written(writer.documents, writer.replies)


def _acts(company: Company, writer: _Writer) -> Iterator[tuple[dt.datetime, Callable[[], None]]]:
    for document in company.documents:
        yield document.published, lambda document=document: writer.document(document)  # type: ignore[misc]
        if document.state == ARCHIVED:
            moment = _archived_at(document, company)
            yield moment, lambda document=document, moment=moment: writer.archive(document, moment)  # type: ignore[misc]
    for reply in company.replies:
        yield reply.at, lambda reply=reply: writer.reply(reply)  # type: ignore[misc]


def _archived_at(document: DemoDocument, company: Company) -> dt.datetime:
    talk = [reply.at for reply in company.replies if reply.document == document.key]
    return min(max([document.published, *talk]) + ARCHIVED_AFTER, company.end)


class _Writer:
    """Calls the services, and remembers what came of it."""

    def __init__(self, session: Session, organisation: Organisation, texts: Manuscripts) -> None:
        self.session, self.organisation, self.texts = session, organisation, texts
        self.documents: dict[str, Document] = {}
        self.replies: dict[tuple[str, int], Reply] = {}

    def document(self, demo: DemoDocument) -> None:
        """Begin a document, and publish it unless it stays a draft."""
        author = self.organisation.author(demo.author, demo.space)
        space = self.organisation.spaces[demo.space]
        wanted = DocumentInput(
            self.texts[demo.key],
            space.id,
            self.organisation.tokens(demo.audience),
            filled=filled(demo, self.organisation.templates),
        )
        made = documents.create(self.session, author.at(demo.published - BEGUN_BEFORE), wanted)
        if demo.state != DRAFT:
            documents.publish(self.session, author.at(demo.published), made)
        self.documents[demo.key] = made

    def archive(self, demo: DemoDocument, moment: dt.datetime) -> None:
        """Put a document away."""
        author = self.organisation.author(demo.author, demo.space)
        documents.archive(self.session, author.at(moment), self.documents[demo.key])

    def reply(self, demo: DemoReply) -> None:
        """Answer a document, or a reply under it."""
        parent = self.replies[demo.document, demo.to].id if demo.to else None
        actor = self.organisation.actors[demo.author].at(demo.at)
        holder, text = self.documents[demo.document], self.texts[demo.document, demo.number]
        self.replies[demo.document, demo.number] = replies.reply(self.session, actor, holder, text, parent)
