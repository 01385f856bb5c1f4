"""Where in a file a search has found something: the page, sheet or slide by its name, with the address that leads there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from portal.content.attachments.presenting import part_title
from portal.content.attachments.queries import outlines
from portal.web.context import item_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

    from portal.content.attachments.queries import Outline
    from portal.content.cards import Card
    from portal.platform.search.snippets import Highlighter

KIND = "attachment"


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A place in a file: what it is called, how to get there, what it says; and the document that holds the file."""

    label: str
    url: str
    text: str
    holder_title: str
    holder_url: str


def places(
    session: Session, cards: Iterable[Card], texts: Mapping[int, str], marks: Highlighter
) -> dict[int, FilePlace]:
    """The best place of each attachment among found cards; one statement, none when there are no attachments."""
    found = [card for card in cards if card.kind == KIND]
    known = outlines(session, [card.id for card in found])
    return {
        card.id: _place(card, known[card.id], texts.get(card.id, ""), marks)
        for card in found
        if card.id in known
    }


def _place(card: Card, outline: Outline, text: str, marks: Highlighter) -> FilePlace:
    url, at = item_url(KIND, card.id), marks.place(text)
    holder = url_for("content.permalink", item_id=card.holder_id) if card.holder_id else ""
    if at is None or not outline.parts:
        return FilePlace("", url, text, card.holder_title, holder)
    number = outline.at(at)
    label = part_title(outline.form, number, outline.parts[number][0])
    said = outline.piece(text, number)
    return FilePlace(label, f"{url}#part-{number + 1}" if label else url, said, card.holder_title, holder)
