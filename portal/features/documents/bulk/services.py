"""Doing the same to several documents: each through its own service, in a savepoint, so that one refusal stops no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal.content import writing
from portal.content.cards import tags_of
from portal.content.manuscripts import MAX_TAGS, clean_tags, fold_tag, prepare
from portal.content.records import Revision
from portal.content.shelves import services as shelves
from portal.features.documents import policy, services
from portal.features.documents.bulk.models import Batch
from portal.features.documents.models import Document
from portal.features.documents.moving import services as moving
from portal.kernel.errors import ForbiddenError, InvalidError, NotFoundError, PortalError
from portal.kernel.messages import _l
from portal.platform import access, timeline
from portal.platform.items import ARCHIVED

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor

    Act = Callable[[Session, Actor, Document, "BulkInput"], dict[str, Any]]
    Reverse = Callable[[Session, Actor, dict[str, Any]], None]

MOST = 100
MAY_NOT = _l("You may not do this with it.")
REFUSED = (ForbiddenError, InvalidError, NotFoundError)


@dataclass(frozen=True, slots=True)
class BulkInput:
    """What is to be done.

    Args:
        act: a key of `ACTS`.
        ids: keys of the documents.
        space_id: where to, for moving.
        tag: which one, for adding and removing it.
    """

    act: str
    ids: Sequence[int]
    space_id: int = 0
    tag: str = ""


def run(session: Session, actor: Actor, wanted: BulkInput) -> Batch:
    """Do it to each of the documents; what was done and what was refused stands in the batch.

    Raises:
        InvalidError: nothing is chosen, too much, or it is not said what to do.
    """
    access.require(actor.is_member)
    _check(wanted)
    access.take_turn(session)  # what is read before a change is made of it must not change in between
    batch = Batch(user_id=actor.user_id, act=wanted.act, done=[], refused=[], at=actor.now)
    done: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    for item_id in dict.fromkeys(wanted.ids):
        try:
            with session.begin_nested():
                document = access.find(session, actor, Document, item_id)
                noted = ACTS[wanted.act](session, actor, document, wanted)
        except REFUSED as error:
            refused.append({"id": item_id, "why": str(error.message or MAY_NOT)})
        else:
            done.append({"id": item_id, **noted})
    batch.done, batch.refused = done, refused
    session.add(batch)
    session.flush()
    return batch


def undo(session: Session, actor: Actor, batch: Batch) -> list[dict[str, Any]]:
    """Take back what a batch did, once; the documents for which that is not possible any more, each with the reason.

    Raises:
        ForbiddenError: it is somebody else's, or it was undone before.
    """
    access.require(batch.user_id == actor.user_id)
    access.require(batch.undone_at is None, _l("This has been undone already."))
    refused = []
    for row in reversed(batch.done):
        try:
            with session.begin_nested():
                REVERSES[batch.act](session, actor, row)
        except PortalError as error:
            refused.append({"id": row["id"], "why": str(error.message or MAY_NOT)})
    batch.undone_at, batch.refused = actor.now, refused
    return refused


def of(session: Session, actor: Actor, batch_id: int) -> Batch:
    """A batch of the actor's own, kept from others until the end of the transaction.

    Raises:
        NotFoundError: there is none.
    """
    access.take_turn(session)
    return _own(session, select(Batch).with_for_update(), actor, batch_id)


def look(session: Session, actor: Actor, batch_id: int) -> Batch:
    """A batch of the actor's own, for looking at.

    Raises:
        NotFoundError: there is none.
    """
    return _own(session, select(Batch), actor, batch_id)


def _own(session: Session, batches: Select[Batch], actor: Actor, batch_id: int) -> Batch:
    batch = session.scalar(batches.where(Batch.id == batch_id, Batch.user_id == actor.user_id))
    if batch is None:
        raise NotFoundError
    return batch


def _check(wanted: BulkInput) -> None:
    if wanted.act not in ACTS:
        raise InvalidError(_l("Choose what is to be done."))
    if not wanted.ids:
        raise InvalidError(_l("Choose at least one document first."))
    if len(wanted.ids) > MOST:
        raise InvalidError(_l("Choose at most %(most)s documents at once.", most=MOST))
    if wanted.act == "move" and not wanted.space_id:
        raise InvalidError(_l("Choose a space to move them to."))
    if wanted.act in {"tag", "untag"} and not clean_tags([wanted.tag]):
        raise InvalidError(_l("Say which tag."))


def _move(session: Session, actor: Actor, document: Document, wanted: BulkInput) -> dict[str, Any]:
    before = document.space_id
    moving.move(session, actor, document, wanted.space_id)
    return {"space": before}


def _tag(session: Session, actor: Actor, document: Document, wanted: BulkInput) -> dict[str, Any]:
    before = tags_of(session, [document.id]).get(document.id, [])
    added = clean_tags([wanted.tag])[0]
    if fold_tag(added) not in {fold_tag(name) for name in before} and len(before) >= MAX_TAGS:
        raise InvalidError(_l("It has %(most)s tags already.", most=MAX_TAGS))
    return _retag(session, actor, document, [*before, added], before)


def _untag(session: Session, actor: Actor, document: Document, wanted: BulkInput) -> dict[str, Any]:
    before = tags_of(session, [document.id]).get(document.id, [])
    gone = fold_tag(clean_tags([wanted.tag])[0])
    return _retag(session, actor, document, [name for name in before if fold_tag(name) != gone], before)


def _retag(
    session: Session, actor: Actor, document: Document, tags: Sequence[str], before: Sequence[str]
) -> dict[str, Any]:
    """Save a version with other tags; with the same ones nothing happens."""
    access.lock(session, document)
    access.require(policy.may_edit(actor, document), MAY_NOT)
    if set(clean_tags(tags)) != set(before):
        present = select(Revision.data).where(
            Revision.item_id == document.id, Revision.version == document.version
        )
        text = prepare(document.title, document.body, tags)
        kept = replace(text, data=dict(session.scalar(present) or {}))
        writing.rewrite(session, actor, document, kept, document.version)
        timeline.record(session, actor, document, "edited", version=document.version)
    return {"tags": list(before), "version": document.version}


def _publish(session: Session, actor: Actor, document: Document, _wanted: BulkInput) -> dict[str, Any]:
    before = document.state
    services.publish(session, actor, document)
    return {"state": before}


def _archive(session: Session, actor: Actor, document: Document, _wanted: BulkInput) -> dict[str, Any]:
    services.archive(session, actor, document)
    return {}


def _delete(session: Session, actor: Actor, document: Document, _wanted: BulkInput) -> dict[str, Any]:
    services.delete(session, actor, document)
    return {}


def _put_off(session: Session, actor: Actor, document: Document, _wanted: BulkInput) -> dict[str, Any]:
    shelves.put_off(session, actor, document, on=True)
    return {}


def _back_move(session: Session, actor: Actor, row: dict[str, Any]) -> None:
    moving.move(session, actor, access.find(session, actor, Document, row["id"]), row["space"])


def _back_tag(session: Session, actor: Actor, row: dict[str, Any]) -> None:
    document = access.find(session, actor, Document, row["id"])
    if document.version != row["version"]:
        raise InvalidError(_l("It was changed since."))
    _retag(session, actor, document, row["tags"], tags_of(session, [document.id]).get(document.id, []))


def _back_publish(session: Session, actor: Actor, row: dict[str, Any]) -> None:
    document = access.find(session, actor, Document, row["id"])
    back = services.archive if row["state"] == ARCHIVED else services.withdraw
    back(session, actor, document)


def _back_archive(session: Session, actor: Actor, row: dict[str, Any]) -> None:
    services.publish(session, actor, access.find(session, actor, Document, row["id"]))


def _back_delete(session: Session, actor: Actor, row: dict[str, Any]) -> None:
    services.restore(session, actor, access.find_deleted(session, actor, Document, row["id"]))


def _back_put_off(session: Session, actor: Actor, row: dict[str, Any]) -> None:
    shelves.put_off(session, actor, access.find(session, actor, Document, row["id"]), on=False)


ACTS: dict[str, Act] = {
    "move": _move,
    "tag": _tag,
    "untag": _untag,
    "publish": _publish,
    "archive": _archive,
    "delete": _delete,
    "read_later": _put_off,
}
REVERSES: dict[str, Reverse] = {
    "move": _back_move,
    "tag": _back_tag,
    "untag": _back_tag,
    "publish": _back_publish,
    "archive": _back_archive,
    "delete": _back_delete,
    "read_later": _back_put_off,
}
