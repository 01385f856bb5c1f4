"""Input of documents."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from portal.content.manuscripts import BODY_LENGTH, prepare
from portal.content.mentions.presenting import settled
from portal.content.templates.forms import RequiredUnlessMade, sent
from portal.features.documents.services import DocumentInput
from portal.kernel.typed import number
from portal.platform.items import TITLE_LENGTH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wtforms import Field
    from wtforms.form import BaseForm

SEPARATORS = re.compile(r"[,，、;；\n]+")


class RequiredUnlessAsked(DataRequired):
    """A question may be a title alone."""

    def __call__(self, form: BaseForm, field: Field) -> None:
        """Stop at an empty field, unless the form says that it asks something."""
        if not form["is_question"].data:
            super().__call__(form, field)


class DocumentForm(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """Title, text, where it belongs and who reads it."""

    title = StringField(
        _l("Title"), [RequiredUnlessMade(_l("Give the document a title.")), Length(max=TITLE_LENGTH)]
    )
    body = TextAreaField(
        _l("Text"), [RequiredUnlessAsked(_l("Write something first.")), Length(max=BODY_LENGTH)]
    )
    space = SelectField(_l("Space"), coerce=int)
    tags = StringField(_l("Tags"))
    audience = SelectMultipleField(_l("Chosen readers"))
    note = StringField(_l("What has changed"), [Length(max=200)])
    attachments = SelectMultipleField(coerce=number, validate_choice=False)
    is_question = BooleanField(_l("This is a question"))
    is_material = BooleanField(_l("Material change: ask those who have signed again"))
    # Set where somebody could see what the box for questions stood at: without a script a new text decides by itself.
    question_chosen = HiddenField()
    submission = HiddenField(default=lambda: secrets.token_urlsafe(16))
    version = IntegerField(validators=[Optional()], widget=HiddenInput(), default=0)
    seen = HiddenField()

    refused: Mapping[str, list[str]] = MappingProxyType({})

    @property
    def expected(self) -> int:
        """The version that the person had before their eyes; 0 when the field was tampered with."""
        return self.version.data or 0

    @property
    def asks(self) -> bool | None:
        """Whether it was said to be a question; None when nobody has said anything."""
        return bool(self.is_question.data) if self.is_question.data or self.question_chosen.data else None

    def before(self) -> tuple[int | None, frozenset[str] | None]:
        """Space and readers when writing began, see `conflicts.forms`; None for each where the form does not say."""
        space, *readers = (self.seen.data or "").split("|")
        return (int(space), frozenset(readers)) if space.isdecimal() and len(space) < 10 else (None, None)  # noqa: PLR2004 - what a key can be

    def to_input(self) -> DocumentInput:
        """What was entered, cleaned and rendered."""
        tags = SEPARATORS.split(self.tags.data or "")
        manuscript = prepare(
            self.title.data or "",
            settled(self.body.data or ""),
            tags,
            self.note.data or "",
            self.submission.data or "",
        )
        files = tuple(self.attachments.data or ())
        readers, filled = frozenset(self.audience.data or ()), sent(request.form)
        manuscript = replace(manuscript, is_material=bool(self.is_material.data))
        return DocumentInput(manuscript, self.space.data, readers, files, filled, self.asks)
