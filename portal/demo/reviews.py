"""Review in the demo company: one space publishes after review, and some requests wait there or have been decided."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.content import actors
from portal.content.manuscripts import Manuscript, prepare
from portal.demo.source import FOLDER
from portal.features.documents import services as documents
from portal.features.documents.reviews import deciding, services
from portal.features.documents.services import DocumentInput

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.config import Settings
    from portal.content.spaces.models import Space
    from portal.demo.source import Company, DemoDocument
    from portal.demo.writings import Written
    from portal.features.documents.models import Document
    from portal.features.documents.reviews.models import ChangeRequest
    from portal.kernel.actor import Actor

Facts = Mapping[str, Any]
WRITTEN_BEFORE = dt.timedelta(hours=2)
BACKWARDS = dt.timedelta(minutes=7)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The folder's requests with their texts rendered, by the place where each stands."""

    facts: Facts
    texts: Mapping[str, Manuscript]


def prepare_all(company: Company) -> Prepared:
    """Render every text before the database is asked for anything."""
    known = {each.key: each for each in company.documents}
    facts = tomllib.loads((FOLDER / "reviews.toml").read_text("utf-8"))
    texts: dict[str, Manuscript] = {}
    for place, row in enumerate(facts["publication"]):
        texts[f"publication {place}"] = prepare(row["title"], row["body"].strip() + "\n", row["tags"])
    for place, row in enumerate(facts["change"]):
        texts[f"change {place}"] = _text(known[row["document"]], row)
        if "moved" in row:
            texts[f"moved {place}"] = _text(known[row["document"]], row["moved"])
    for row in (*facts["publication"], *facts["change"]):
        said = [each["body"] for each in row.get("remarks", ())]
        said += [row["returned"]["reason"]] if "returned" in row else []
        texts |= {each: prepare("", each) for each in said}
    return Prepared(facts, texts)


def _text(document: DemoDocument, row: Facts) -> Manuscript:
    if row["find"] not in document.body:
        raise ValueError(f"{document.key} does not say {row['find']!r}")
    body = document.body.replace(row["find"], row["replace"])
    return prepare(document.title, body, document.tags, row["note"])


def ask(
    session: Session,
    settings: Settings,
    prepared: Prepared,
    spaces: Mapping[str, Space],
    written: Written,
    end: dt.datetime,
) -> None:
    """Have one space review what is published, and let people ask and decide in their order."""
    space = spaces[prepared.facts["space"]]
    space.needs_review = True
    session.flush()
    asking = _Asking(session, settings, end, prepared, space)
    for place, row in enumerate(prepared.facts["publication"]):
        asking.publication(place, row)
    for place, row in enumerate(prepared.facts["change"]):
        asking.change(place, row, written.documents[row["document"]])


class _Asking:
    """Calls the services as the people of the folder would."""

    def __init__(
        self, session: Session, settings: Settings, end: dt.datetime, prepared: Prepared, space: Space
    ) -> None:
        self.session, self.settings, self.end = session, settings, end
        self.texts, self.space = prepared.texts, space

    def publication(self, place: int, row: Facts) -> None:
        """Write a draft and send it for review."""
        author = self._actor(row["author"], row["days"])
        wanted = DocumentInput(self.texts[f"publication {place}"], self.space.id)
        document = documents.create(self.session, author.at(author.now - WRITTEN_BEFORE), wanted)
        request = services.submit(self.session, author, document, row.get("note", ""))
        for number, each in enumerate(row.get("remarks", ())):
            speaker = self._actor(each["by"], each["days"])
            later = speaker.at(speaker.now + number * BACKWARDS)
            services.remark(self.session, later, request, document, self.texts[each["body"]])
        self._decide(row, request, document)

    def change(self, place: int, row: Facts, document: Document) -> None:
        """Propose a change; the document may move on afterwards."""
        author = self._actor(row["author"], row["days"])
        text = self.texts[f"change {place}"]
        wanted = DocumentInput(text, self.space.id)
        request = services.propose(self.session, author, document, wanted, document.version)
        self._decide(row, request, document, text)
        if "moved" in row:
            editor = self._actor(row["moved"]["by"], row["moved"]["days"])
            moved = DocumentInput(self.texts[f"moved {place}"], self.space.id)
            documents.edit(self.session, editor, document, moved, document.version)

    def _decide(
        self, row: Facts, request: ChangeRequest, document: Document, text: Manuscript | None = None
    ) -> None:
        if "returned" in row:
            editor = self._actor(row["returned"]["by"], row["returned"]["days"])
            reason = self.texts[row["returned"]["reason"]]
            deciding.send_back(self.session, editor, request, document, reason)
        if "approved" in row:
            editor = self._actor(row["approved"]["by"], row["approved"]["days"])
            deciding.approve(self.session, editor, request, document, request.version, text)

    def _actor(self, username: str, days: int) -> Actor:
        """Somebody at a moment of the last days."""
        moment = self.end - dt.timedelta(days=days, hours=days % 5)
        found = actors.by_username(self.session, username, moment, self.settings.zone)
        if found is None:
            raise ValueError(f"there is nobody called {username} in the demo")
        return found
