"""What both sides say beside the text: title, tags, space, readers, and what was filled in by a template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request
from flask_babel import gettext as _

from portal.content import audiences
from portal.content.manuscripts import clean_tags
from portal.content.revisions.merging import Value, merge_sets, merge_value
from portal.content.templates import forms as filled
from portal.content.templates import values
from portal.content.templates.filling import PREFIX
from portal.content.templates.fillings import FILLED, definition
from portal.features.documents.forms import SEPARATORS
from portal.kernel.typed import line
from portal.web.database import session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from portal.content.revisions.queries import State
    from portal.content.templates.fields import Field
    from portal.features.documents.forms import DocumentForm
    from portal.features.documents.models import Document

Inputs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """A value in both versions.

    Args:
        name: for its choice in the form.
        label: what people call it.
        who: whose change it is, as in `merging`.
        mine: in words.
        theirs: in words.
        my_inputs: names and values of the form's fields that mean mine.
        their_inputs: those that mean theirs.
    """

    name: str
    label: str
    who: str
    mine: str
    theirs: str
    my_inputs: Inputs
    their_inputs: Inputs

    @property
    def inputs(self) -> Inputs:
        """What is sent when there is nothing to choose."""
        return self.their_inputs if self.who in {"theirs", "same"} else self.my_inputs


def questions(form: DocumentForm, base: State | None, theirs: State, current: Document) -> list[Question]:
    """Everything beside the text and the tags, in the order of the form."""
    title = merge_value(base.title if base else None, line(form.title.data), theirs.title)
    found = [Question("title", _("Title"), title.who, *_plain("title", title))]
    return [*found, *_filled(base, theirs), _space(form, current), _readers(form, current)]


def merged_tags(form: DocumentForm, base: State | None, theirs: State) -> tuple[str, ...]:
    """Tags that anybody added and nobody took away."""
    mine = clean_tags(SEPARATORS.split(form.tags.data or ""))
    return merge_sets(base.tags if base else (), mine, theirs.tags)


def _plain(name: str, value: Value[Any]) -> tuple[str, str, Inputs, Inputs]:
    mine, theirs = str(value.mine or ""), str(value.theirs or "")
    return mine, theirs, [(name, mine)], [(name, theirs)]


def _space(form: DocumentForm, current: Document) -> Question:
    seen, _readers = form.before()
    value = merge_value(seen, form.space.data, current.space_id)
    choices: Any = form.space.choices
    names = dict(choices)
    inputs = [[("space", str(key))] for key in (value.mine, value.theirs)]
    label = str(form.space.label.text)
    return Question(
        "space", label, value.who, str(names.get(value.mine, "")), str(names.get(value.theirs, "")), *inputs
    )


def _readers(form: DocumentForm, current: Document) -> Question:
    _space, seen = form.before()
    mine, theirs = frozenset(form.audience.data or ()), frozenset(grant.token for grant in current.grants)
    value: Value[frozenset[str] | None] = merge_value(seen, mine, theirs)
    told = [
        audiences.label(session(), each) if each else _("All readers of the space") for each in (mine, theirs)
    ]
    inputs = [[("audience", token) for token in sorted(each)] for each in (mine, theirs)]
    return Question("audience", str(form.audience.label.text), value.who, told[0], told[1], *inputs)


def _filled(base: State | None, theirs: State) -> Iterator[Question]:
    """The fields of the template: by the version of it that the others have saved."""
    wanted = theirs.data.get(FILLED)
    asked = definition(session(), wanted["template"], wanted["version"]) if wanted else None
    if not wanted or not asked or not filled.sent(request.form):
        return
    mine, before = filled.typed(request.form), (base.data if base else {}).get(FILLED) or {}
    for each in asked.fields:
        old, new = (_typed(each, side.get("values", {})) for side in (before, wanted))
        own = _cleaned(mine.get(each.key, ""))
        value = merge_value(old, own, new)
        told = [_told(side) for side in (own, new)]
        inputs = [list(_inputs(each, side)) for side in (own, new)]
        yield Question(PREFIX + each.key, each.label, value.who, told[0], told[1], *inputs)


def _typed(asked: Field, stored: Mapping[str, Any]) -> Any:  # noqa: ANN401 - text, or rows of text
    return _cleaned(values.typed(asked, stored.get(asked.key)) or "")


def _cleaned(value: Any) -> Any:  # noqa: ANN401 - text, or rows of text
    """As two typings are compared: without empty rows and space at the ends."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    rows = ({key: text.strip() for key, text in row.items() if text.strip()} for row in value)
    return [row for row in rows if row] or ""


def _told(value: Any) -> str:  # noqa: ANN401 - text, or rows of text
    return value if isinstance(value, str) else "\n".join(_("; ").join(row.values()) for row in value)


def _inputs(asked: Field, value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - text, or rows of text
    if isinstance(value, str):
        yield PREFIX + asked.key, value
        return
    for number, row in enumerate(value):
        for column, text in row.items():
            yield f"{PREFIX}{asked.key}-{number}-{column}", text
