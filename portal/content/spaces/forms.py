"""Input of spaces."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Regexp

from portal.content.spaces.services import SpaceInput
from portal.kernel.typed import line


class SpaceForm(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """Name, audience, editors."""

    key = StringField(
        _l("Short name"),
        [
            DataRequired(),
            Regexp(r"(?!new\Z)[a-z][a-z0-9-]{1,38}\Z", message=_l("Lower-case letters, digits and hyphens.")),
        ],
    )
    name = StringField(_l("Space name"), [DataRequired(), Length(max=80)], filters=[line])
    name_en = StringField(_l("Name in English"), [Length(max=80)])
    about = TextAreaField(_l("About"), [Length(max=1000)])
    is_open = BooleanField(_l("Every member who reads here may write here"))
    needs_review = BooleanField(_l("What others write here is published after an editor's approval"))
    audience = SelectMultipleField(_l("Audience"), [DataRequired()])
    editors = SelectMultipleField(_l("Editors"), coerce=int)

    def to_input(self) -> SpaceInput:
        """What was entered."""
        return SpaceInput(
            name=line(self.name.data or ""),
            name_en=line(self.name_en.data or ""),
            about=line(self.about.data or ""),
            is_open=bool(self.is_open.data),
            needs_review=bool(self.needs_review.data),
            readers=frozenset(self.audience.data or ()),
            editors=frozenset(self.editors.data or ()),
        )
