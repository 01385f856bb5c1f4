"""Must-reads, asked for as people ask for them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from portal.content.must_reads import services
from portal.content.must_reads.services import Demand
from portal.features.documents import services as documents
from portal.features.documents.services import DocumentInput
from portal.kernel.actor import EVERYONE
from tests.builders.documents import manuscript
from tests.builders.moments import NOW, ZONE
from tests.builders.people import actor_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from portal.content.must_reads.models import MustRead
    from portal.features.documents.models import Document
    from portal.people.models import User

TODAY = NOW.astimezone(ZONE).date()
WEEK = dt.timedelta(weeks=1)


def must_read(
    session: Session,
    demander: User,
    document: Document,
    *,
    tokens: Iterable[str] = (EVERYONE,),
    due: dt.date = TODAY + WEEK,
    note: str = "",
) -> MustRead:
    """Somebody asks people to read and sign a document."""
    wanted = Demand(due, frozenset(tokens), note)
    return services.demand(session, actor_of(session, demander), document, wanted)


def signed(session: Session, person: User, must_read: MustRead, document: Document, version: int = 0) -> None:
    """Somebody signs a version, the present one unless told otherwise."""
    services.sign(session, actor_of(session, person), must_read, document, version or document.version)


def edited(session: Session, editor: User, document: Document, body: str, *, material: bool = False) -> None:
    """Somebody changes the text, in a way that matters or not."""
    text = dataclasses.replace(manuscript(document.title, body), is_material=material)
    readers = frozenset(grant.token for grant in document.grants)
    wanted = DocumentInput(text, document.space_id or 0, readers)
    documents.edit(session, actor_of(session, editor), document, wanted, document.version)
