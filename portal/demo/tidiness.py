"""What people of the demo company keep on their shelves, what they threw away, and what they merged."""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import TYPE_CHECKING, Any

from portal.content.manuscripts import prepare
from portal.content.shelves import services as shelves
from portal.demo.source import FOLDER
from portal.features.documents import services as documents
from portal.features.documents.merging import services as merging
from portal.features.documents.services import DocumentInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from portal.demo.organisation import Organisation
    from portal.demo.source import Company
    from portal.demo.writings import Written
    from portal.features.documents.models import Document
    from portal.kernel.actor import Actor

A_DAY = dt.timedelta(days=1)
AN_HOUR = dt.timedelta(hours=1)


def tidy(session: Session, company: Company, made: Organisation, written: Written) -> None:
    """Fill shelves and bin, and merge what belongs together."""
    facts = tomllib.loads((FOLDER / "tidiness.toml").read_text("utf-8"))
    _shelve(session, company, made, written, facts)
    for row in facts["deleted"]:
        actor, document = _write(session, company, made, row)
        documents.delete(session, actor.at(actor.now + AN_HOUR), document)
    for row in facts["merged"]:
        actor, document = _write(session, company, made, row)
        _merge(session, actor.at(actor.now + AN_HOUR), document, written.documents[row["into"]])


def _shelve(
    session: Session, company: Company, made: Organisation, written: Written, facts: Mapping[str, Any]
) -> None:
    for username, keys in facts["favourites"].items():
        for place, key in enumerate(reversed(keys)):
            actor = made.actors[username].at(company.end - A_DAY + place * AN_HOUR)
            shelves.star(session, actor, written.documents[key], on=True)
    for part in ("read", "reading"):
        for username, keys in facts[part].items():
            actor = made.actors[username].at(company.end - A_DAY)
            for key in keys:
                shelves.put_off(session, actor, written.documents[key], on=True)
                if part == "read":
                    shelves.tick(session, actor, written.documents[key], done=True)


def _write(
    session: Session, company: Company, made: Organisation, row: Mapping[str, Any]
) -> tuple[Actor, Document]:
    """A document of the folder, published; and its author at that moment."""
    actor = made.author(row["author"], row["space"]).at(company.end - row["days"] * A_DAY)
    text = prepare(row["title"], row["body"].strip() + "\n", row.get("tags", ()))
    document = documents.create(session, actor, DocumentInput(text, made.spaces[row["space"]].id))
    documents.publish(session, actor, document)
    return actor, document


def _merge(session: Session, actor: Actor, source: Document, target: Document) -> None:
    text = merging.joined(session, source, target, target.title, merging.APPEND)
    merging.merge(session, actor, source, target, merging.MergeInput(text, source.version, target.version))
