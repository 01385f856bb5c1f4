"""The templates of the demo company: those that ship, kept by the people whose work they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.content.templates import queries, services, shipped
from portal.content.templates.filling import Filled

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.templates.models import Template
    from portal.demo.organisation import Organisation
    from portal.demo.source import DemoDocument

INSTALLER = "jinli"
KEEPERS = {
    "visit-record": "tangning",
    "weekly-plan": "xiaowen",
    "competitor-move": "linyue",
    "best-practice": "linyue",
    "technical-answer": "guoping",
    "training-feedback": "tangning",
}
FIRST_CHOICE = {"market": "competitor-move", "support": "technical-answer"}


def install(session: Session, made: Organisation) -> dict[str, Template]:
    """Install what ships, hand it to its keepers, and set what two spaces offer first.

    Returns:
        The templates by the names of their files.
    """
    actor = made.actors[INSTALLER]
    shipped.install(session, actor, shipped.read())
    templates = queries.shipped(session)
    for key, username in KEEPERS.items():
        templates[key].keeper_id = made.users[username].id
    for space, key in FIRST_CHOICE.items():
        services.set_default(session, actor, made.spaces[space], templates[key].id)
    session.flush()
    return templates


def filled(demo: DemoDocument, templates: dict[str, Template]) -> Filled | None:
    """What is filled into a document of the folder; None when it was written without a template."""
    if not demo.template:
        return None
    template = templates[demo.template]
    return Filled(template.id, template.version, demo.fields)
