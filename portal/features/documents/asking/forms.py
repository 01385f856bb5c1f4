"""Input of questions."""

from __future__ import annotations

import secrets

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.content.manuscripts import BODY_LENGTH, prepare
from portal.content.mentions.presenting import settled
from portal.features.documents.forms import SEPARATORS
from portal.features.documents.services import DocumentInput
from portal.platform.items import TITLE_LENGTH


class QuestionForm(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """What one wants to know, and where."""

    title = StringField(
        _l("Your question"), [DataRequired(_l("Ask something first.")), Length(max=TITLE_LENGTH)]
    )
    body = TextAreaField(_l("Details"), [Length(max=BODY_LENGTH)])
    tags = StringField(_l("Tags"))
    space = SelectField(_l("Space"), coerce=int)
    submission = HiddenField(default=lambda: secrets.token_urlsafe(16))

    def to_input(self) -> DocumentInput:
        """What was entered, cleaned and rendered."""
        manuscript = prepare(
            self.title.data or "",
            settled(self.body.data or ""),
            SEPARATORS.split(self.tags.data or ""),
            submission=self.submission.data or "",
        )
        return DocumentInput(manuscript, self.space.data, is_question=True)
