"""Later versions of documents of the demo company, each with who changed what and why."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from portal.content.manuscripts import Manuscript, prepare
from portal.demo.source import FOLDER
from portal.features.documents import services
from portal.features.documents.services import DocumentInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from portal.demo.organisation import Organisation
    from portal.demo.source import Company
    from portal.demo.writings import Written

BEFORE_THE_END = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Later:
    """A version that is to be saved, rendered."""

    document: str
    space: str
    author: str
    at: dt.datetime
    manuscript: Manuscript


def prepare_all(company: Company) -> Sequence[Later]:
    """Make and render every version before the database is asked for anything.

    Raises:
        ValueError: the folder's texts do not say what a change is to replace.
    """
    known = {each.key: each for each in company.documents}
    bodies = {each.key: each.body for each in company.documents}
    made = []
    for row in tomllib.loads((FOLDER / "revisions.toml").read_text("utf-8"))["revision"]:
        document = known[row["document"]]
        body = bodies[document.key] = _changed(bodies[document.key], row["change"])
        text = prepare(document.title, body, document.tags, row["note"])
        at = min(document.published + dt.timedelta(days=row["days"]), company.end - BEFORE_THE_END)
        made.append(
            Later(
                document.key,
                document.space,
                row["author"],
                at,
                replace(text, is_material=row.get("is_material", False)),
            )
        )
    return made


def save(session: Session, organisation: Organisation, written: Written, versions: Sequence[Later]) -> None:
    """Save the versions, each by its author and at its moment."""
    for later in versions:
        document = written.documents[later.document]
        actor = organisation.author(later.author, later.space).at(later.at)
        readers = frozenset(grant.token for grant in document.grants)
        wanted = DocumentInput(later.manuscript, document.space_id or 0, readers)
        services.edit(session, actor, document, wanted, document.version)


def _changed(body: str, changes: Sequence[Mapping[str, Any]]) -> str:
    for change in changes:
        if change["old"] not in body:
            raise ValueError(f"the text does not say {change['old']!r}")
        body = body.replace(change["old"], change["new"], 1)
    return body
