"""Verbs of templates: make, change, publish, archive, offer first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from portal.content import writing
from portal.content.manuscripts import Manuscript
from portal.content.templates import fields as definitions
from portal.content.templates import patterns, policy
from portal.content.templates.fields import Field
from portal.content.templates.fillings import DEFINITION
from portal.content.templates.models import SpaceTemplate, Template
from portal.kernel.errors import InvalidError
from portal.kernel.messages import _l
from portal.people.models import User
from portal.platform import access, audit, timeline
from portal.platform.items import ARCHIVED, DRAFT, PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class TemplateInput:
    """What a template is to be.

    Args:
        manuscript: name, text, note.
        fields: in order.
        pattern: of titles, empty for none.
        document_type: the word for `{type}`.
        label_en: its name in English.
        about: when one takes it.
        space_id: the space it belongs to, None for everyone's.
        default_space_id: where a document by it belongs unless one chooses another space.
        default_tags: of a document by it.
        keeper_id: who looks after it.
    """

    manuscript: Manuscript
    fields: Sequence[Field]
    keeper_id: int
    pattern: str = ""
    document_type: str = ""
    label_en: str = ""
    about: str = ""
    space_id: int | None = None
    default_space_id: int | None = None
    default_tags: tuple[str, ...] = ()


def create(session: Session, actor: Actor, wanted: TemplateInput, submission: str = "") -> Template:
    """Begin a template as a draft.

    Raises:
        InvalidError: name, pattern or fields do not fit.
        ForbiddenError: the actor may not.
    """
    access.require(policy.may_create(actor) and policy.may_place(actor, wanted.space_id), NOT_THERE)
    _check(session, wanted)
    template = Template(state=DRAFT, author_id=actor.user_id, department_id=actor.department_id)
    _fill(template, wanted)
    manuscript = replace(wanted.manuscript, submission=submission or wanted.manuscript.submission)
    writing.write_new(session, actor, template, _defined(template, manuscript))
    timeline.record(session, actor, template, "created")
    return template


NOT_THERE = _l("Choose a space that you edit; a template for everyone is made by publishers.")


def change(session: Session, actor: Actor, template: Template, wanted: TemplateInput, expected: int) -> None:
    """Save a new version; what was made by the older ones stays as it is.

    Raises:
        ConflictError: somebody else saved meanwhile.
        InvalidError: name, pattern or fields do not fit.
        ForbiddenError: the actor may not.
    """
    access.lock(session, template)
    access.require(policy.may_edit(actor, template))
    if wanted.space_id != template.space_id:
        access.require(policy.may_place(actor, wanted.space_id), NOT_THERE)
    _check(session, wanted)
    if template.version == expected:
        _fill(template, wanted)
        session.flush()  # or reading the row anew, which `rewrite` does, takes it back
    writing.rewrite(session, actor, template, _defined(template, wanted.manuscript), expected)
    access.touch(session, template)
    timeline.record(session, actor, template, "edited", version=template.version)


def publish(session: Session, actor: Actor, template: Template) -> None:
    """Offer a template to its audience.

    Raises:
        ForbiddenError: the actor may not, or there is nothing to publish.
    """
    access.lock(session, template)
    access.require(policy.may_publish(actor, template))
    template.published_at = template.published_at or actor.now
    _move(session, actor, template, PUBLISHED, "published")


def archive(session: Session, actor: Actor, template: Template) -> None:
    """Offer a template no longer; what was made by it stays as it is.

    Raises:
        ForbiddenError: the actor may not.
    """
    access.lock(session, template)
    access.require(policy.may_archive(actor, template))
    session.execute(delete(SpaceTemplate).where(SpaceTemplate.template_id == template.id))
    _move(session, actor, template, ARCHIVED, "archived")


def set_default(session: Session, actor: Actor, space: Space, template_id: int | None) -> None:
    """Say which template a new document of a space begins with; None for none.

    Raises:
        NotFoundError: there is no such template that the actor may read.
        ForbiddenError: the actor may not.
    """
    access.require(policy.may_set_default(actor, space))
    access.take_turn(session)
    known = session.scalar(select(SpaceTemplate).where(SpaceTemplate.space_id == space.id))
    if template_id is None:
        session.execute(delete(SpaceTemplate).where(SpaceTemplate.space_id == space.id))
    else:
        template = access.find(session, actor, Template, template_id)
        access.require(template.state == PUBLISHED)
        chosen = known or SpaceTemplate(space_id=space.id)
        chosen.template_id = template.id
        session.add(chosen)
    audit.note(session, actor, "space.template", f"space:{space.id}", template=template_id)
    session.flush()


def _defined(template: Template, manuscript: Manuscript) -> Manuscript:
    definition = {
        "pattern": template.pattern,
        "document_type": template.document_type,
        "fields": template.fields,
        "about": template.about,
        "label_en": template.label_en,
        "default_space_id": template.default_space_id,
        "default_tags": template.default_tags,
        "keeper_id": template.keeper_id,
    }
    return replace(manuscript, tags=(), data={DEFINITION: definition})


def _fill(template: Template, wanted: TemplateInput) -> None:
    template.pattern, template.document_type = wanted.pattern, wanted.document_type
    template.label_en, template.about = wanted.label_en, wanted.about
    template.fields = [asked.to_json() for asked in wanted.fields]
    template.space_id, template.default_space_id = wanted.space_id, wanted.default_space_id
    template.default_tags, template.keeper_id = list(wanted.default_tags), wanted.keeper_id


def _check(session: Session, wanted: TemplateInput) -> None:
    problems: dict[str, list[str]] = {}
    if not wanted.manuscript.title:
        problems["title"] = [str(_l("Give the template a name."))]
    problems |= _refused(definitions.check, wanted.fields)
    problems |= _refused(patterns.check, wanted.pattern, wanted.fields)
    if session.scalar(select(User.id).where(User.id == wanted.keeper_id, User.is_active)) is None:
        problems["keeper"] = [str(_l("Choose somebody who is here."))]
    if problems:
        raise InvalidError(_l("The template is not complete."), problems)


def _refused(check: Callable[..., None], *given: object) -> dict[str, list[str]]:
    """What a check has to say, by field."""
    try:
        check(*given)
    except InvalidError as error:
        return error.fields
    return {}


def _move(session: Session, actor: Actor, template: Template, state: str, verb: str) -> None:
    template.state = state
    template.updated_at = actor.now
    timeline.record(session, actor, template, verb)
