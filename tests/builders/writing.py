"""Versions of a document, as people save them one after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portal.features.documents import services
from portal.features.documents.services import DocumentInput
from tests.builders.documents import manuscript
from tests.builders.people import actor_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from portal.features.documents.models import Document
    from portal.people.models import User


def edited(
    session: Session,
    editor: User,
    document: Document,
    body: str,
    *,
    title: str = "",
    note: str = "",
    tags: Iterable[str] = (),
    readers: Iterable[str] = (),
) -> Document:
    """A further version of a document, saved on top of the present one."""
    text = replace(manuscript(title or document.title, body, tags), note=note)
    wanted = DocumentInput(text, document.space_id or 0, frozenset(readers))
    services.edit(session, actor_of(session, editor), document, wanted, document.version)
    session.flush()
    return document
