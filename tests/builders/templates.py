"""Templates, and documents made by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from portal.content.templates import services
from portal.content.templates.fields import Field
from portal.content.templates.filling import Filled
from portal.content.templates.services import TemplateInput
from portal.features.documents import services as documents
from portal.features.documents.services import DocumentInput
from portal.kernel.actor import MEMBER, PUBLISHER
from portal.people.models import User
from portal.platform.items import ARCHIVED, DRAFT
from tests.builders.documents import manuscript
from tests.builders.people import actor_of, person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.content.templates.models import Template
    from portal.features.documents.models import Document

PATTERN = "{region}-{customer}-{type}-{visited:%Y%m%d}"
FIELDS = (
    Field("customer", "客户", "customer", required=True),
    Field("visited", "日期", "date"),
    Field("purpose", "目的", "choice", choices=("送样", "谈判")),
    Field("volume", "用量", "number", unit="吨"),
    Field("price", "报价", "money", unit="CNY"),
    Field("companion", "同行人", "person"),
    Field("rival", "对手", "competitor"),
    Field("remark", "备注"),
    Field(
        "promises",
        "承诺",
        "table",
        columns=(
            Field("what", "内容", required=True),
            Field("due", "到期", "date"),
            Field("who", "谁", "person"),
        ),
    ),
)


def wanted(
    keeper: User,
    title: str = "拜访记录",
    *,
    fields: Sequence[Field] = FIELDS,
    pattern: str = PATTERN,
    body: str = "## 原话\n\n写这里。",
    space: Space | None = None,
    **more: Any,  # noqa: ANN401
) -> TemplateInput:
    """What a template is to be."""
    return TemplateInput(
        manuscript(title, body),
        fields,
        keeper.id,
        pattern,
        "拜访",
        space_id=space.id if space else None,
        **more,
    )


def template(session: Session, keeper: User, *, state: str = "published", **more: Any) -> Template:  # noqa: ANN401
    """A template in a state; its keeper must be somebody who may make one."""
    actor = actor_of(session, keeper)
    made = services.create(session, actor, wanted(keeper, **more))
    if state != DRAFT:
        services.publish(session, actor, made)
    if state == ARCHIVED:
        services.archive(session, actor, made)
    session.flush()
    return made


def filled(
    session: Session,
    author: User,
    space: Space,
    template: Template,
    typed: dict[str, Any],
    *,
    title: str = "",
    state: str = "published",
    readers: Sequence[str] = (),
) -> Document:
    """A document made by a template."""
    actor = actor_of(session, author)
    given = Filled(template.id, template.version, {"customer": "北辰轮胎", **typed})
    made = documents.create(
        session, actor, DocumentInput(manuscript(title), space.id, frozenset(readers), filled=given)
    )
    if state != DRAFT:
        documents.publish(session, actor, made)
    session.flush()
    return made


def made_by(session: Session, document: Document) -> Template:
    """A template of its own for a document that is there already."""
    author = session.scalars(select(User).where(User.id == document.author_id)).one()
    keeper = person(session, "keeper", "管模板", roles=frozenset({MEMBER, PUBLISHER}))
    made = template(session, keeper)
    given = Filled(made.id, 1, {"customer": "北辰轮胎", "visited": "2026-11-10", "volume": "3"})
    text = manuscript(document.title, document.body)
    wanted_now = DocumentInput(text, document.space_id or 0, filled=given)
    documents.edit(session, actor_of(session, author), document, wanted_now, document.version)
    return made
