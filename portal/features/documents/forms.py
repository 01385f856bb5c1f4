"""Input of documents."""

from __future__ import annotations

import re
import secrets

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import HiddenInput

from portal.content.manuscripts import BODY_LENGTH, prepare
from portal.features.documents.services import DocumentInput
from portal.platform.items import TITLE_LENGTH

SEPARATORS = re.compile(r"[,，、;；\n]+")


class DocumentForm(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """Title, text, where it belongs and who reads it."""

    title = StringField(
        _l("Title"), [DataRequired(_l("Give the document a title.")), Length(max=TITLE_LENGTH)]
    )
    body = TextAreaField(_l("Text"), [DataRequired(_l("Write something first.")), Length(max=BODY_LENGTH)])
    space = SelectField(_l("Space"), coerce=int)
    tags = StringField(_l("Tags"))
    audience = SelectMultipleField(_l("Chosen readers"))
    note = StringField(_l("What has changed"), [Length(max=200)])
    submission = HiddenField(default=lambda: secrets.token_urlsafe(16))
    version = IntegerField(validators=[Optional()], widget=HiddenInput(), default=0)

    @property
    def expected(self) -> int:
        """The version that the person had before their eyes; 0 when the field was tampered with."""
        return self.version.data or 0

    def to_input(self) -> DocumentInput:
        """What was entered, cleaned and rendered."""
        tags = SEPARATORS.split(self.tags.data or "")
        manuscript = prepare(
            self.title.data or "",
            self.body.data or "",
            tags,
            self.note.data or "",
            self.submission.data or "",
        )
        return DocumentInput(manuscript, self.space.data, frozenset(self.audience.data or ()))
