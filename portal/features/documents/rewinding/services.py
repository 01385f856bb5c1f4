"""Restoring a version: a new one that says what the earlier one said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from portal.content.manuscripts import prepare
from portal.content.templates.fillings import FILLED
from portal.features.documents import policy, services
from portal.features.documents.services import DocumentInput
from portal.platform import access

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.revisions.queries import State
    from portal.features.documents.models import Document
    from portal.kernel.actor import Actor


def rewind(session: Session, actor: Actor, document: Document, state: State, note: str) -> None:
    """Save an earlier version anew: title, text, tags and filled fields. Space and readers stay as they are.

    Args:
        session: open session.
        actor: whoever may edit the document.
        document: as read in this transaction.
        state: what it is to say again.
        note: what the history says of it.

    Raises:
        ForbiddenError: the actor may not edit it.
        ConflictError: somebody has saved it at this very moment.
    """
    access.require(policy.may_edit(actor, document))
    manuscript = replace(
        prepare(state.title, state.body, state.tags, note),
        data={**state.data, FILLED: state.data.get(FILLED)},
    )
    readers = frozenset(grant.token for grant in document.grants)
    wanted = DocumentInput(manuscript, document.space_id or 0, readers)
    services.edit(session, actor, document, wanted, document.version)
