"""The templates that come with the product: read from files, installed once, renewed as long as nobody has changed them."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal.config import ROOT
from portal.content import actors
from portal.content.manuscripts import Manuscript, clean_tags
from portal.content.spaces.models import Space
from portal.content.templates import queries, services
from portal.content.templates.fields import read_all
from portal.content.templates.services import TemplateInput
from portal.kernel.actor import ADMINISTRATOR
from portal.kernel.markup import render, summary
from portal.people.models import User

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session

    from portal.content.templates.models import Template
    from portal.kernel.actor import Actor

FOLDER = ROOT / "content" / "templates"
FENCE = "+++\n"
SUMMARY_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Shipped:
    """One file: its name, the digest of what it says, its facts and its text."""

    key: str
    digest: str
    facts: Mapping[str, Any]
    body: str


@dataclass(frozen=True, slots=True)
class Installed:
    """What installing has done, in figures."""

    added: int = 0
    renewed: int = 0


def read(folder: Path = FOLDER) -> list[Shipped]:
    """The files, in the order of their names."""
    return [_read(path) for path in sorted(folder.glob("*.md"))]


def _read(path: Path) -> Shipped:
    text = path.read_text("utf-8")
    _, head, body = text.split(FENCE, 2)
    return Shipped(path.stem, hashlib.sha256(text.encode()).hexdigest(), tomllib.loads(head), body.strip() + "\n")  # fmt: skip


def first_keeper(session: Session) -> int | None:
    """Who keeps the templates until somebody else does: the first administrator, None before there is one."""
    people = session.execute(select(User.id, User.roles).where(User.is_active).order_by(User.id))
    return next((row.id for row in people if ADMINISTRATOR in row.roles.split(",")), None)


def install(session: Session, actor: Actor, files: list[Shipped]) -> Installed:
    """Add the templates that are missing, and renew those that nobody has changed here.

    Args:
        session: open session.
        actor: an administrator, who keeps those that are added.
        files: what ships.
    """
    known = queries.shipped(session)
    missing = [file for file in files if file.key not in known]
    older = [file for file in files if file.key in known and _is_older(known[file.key], file)]
    spaces = {space.key: space.id for space in session.scalars(select(Space))} if missing or older else {}
    for file in missing:
        template = services.create(session, actor, _wanted(file, actor.user_id, spaces))
        services.publish(session, actor, template)
        _mark(template, file)
    for file in older:
        template = known[file.key]
        wanted = _wanted(file, template.keeper_id, spaces, template)
        services.change(session, actor, template, wanted, template.version)
        _mark(template, file)
    session.flush()
    return Installed(len(missing), len(older))


def _is_older(template: Template, file: Shipped) -> bool:
    """Whether a file says something new and nobody here has said anything else since."""
    return template.version == template.shipped_version and template.shipped_digest != file.digest


def _mark(template: Template, file: Shipped) -> None:
    template.shipped, template.shipped_digest = file.key, file.digest
    template.shipped_version = template.version


def _wanted(
    file: Shipped, keeper_id: int, spaces: Mapping[str, int], known: Template | None = None
) -> TemplateInput:
    """A file as input. Where new documents belong is kept when it has been found before."""
    facts = file.facts
    # Rendered here and not in a child process: these texts are our own, and ten children would take seconds.
    text = Manuscript(
        facts["title"], file.body, (), "", summary(file.body, SUMMARY_LENGTH), render(file.body)
    )
    return TemplateInput(
        manuscript=text,
        fields=read_all(facts["fields"]),
        keeper_id=keeper_id,
        pattern=facts["pattern"],
        document_type=facts["document_type"],
        label_en=facts["label_en"],
        about=facts["about"],
        space_id=known.space_id if known else None,
        default_space_id=spaces.get(facts.get("space", "")) or (known.default_space_id if known else None),
        default_tags=clean_tags(facts.get("tags", ())),
    )


def install_where_possible(session: Session, now: dt.datetime, zone: ZoneInfo) -> Installed:
    """Install what ships, kept by the first administrator; nothing before there is one."""
    keeper = first_keeper(session)
    actor = actors.load(session, keeper, now, zone) if keeper else None
    return install(session, actor, read()) if actor else Installed()
