"""The declaration of the kind `template`."""

from __future__ import annotations

from typing import Any

from portal.content.templates import policy
from portal.content.templates.models import Template
from portal.kernel.messages import _l
from portal.platform.kinds import Kind, SearchMap
from portal.web.schemas import ItemOut


class TemplateOut(ItemOut):
    """A template; `fields` define what is asked, `pattern` how titles are made."""

    body: str
    label_en: str
    about: str
    pattern: str
    document_type: str
    fields: list[dict[str, Any]]
    default_tags: list[str]


def _names(template: Template) -> str:
    return " ".join(filter(None, (template.label_en, template.document_type, template.about)))


KIND = Kind(
    name="template",
    plural="templates",
    label=_l("Template"),
    model=Template,
    policy=policy,
    api=TemplateOut,
    page="templates.show",
    search=SearchMap(names=_names),
    verbs={
        "created": _l("%(actor)s began the template %(title)s"),
        "edited": _l("%(actor)s changed the template %(title)s"),
        "published": _l("%(actor)s published the template %(title)s"),
        "archived": _l("%(actor)s archived the template %(title)s"),
    },
)
