"""Input of retired phrases."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portal.content.retired.models import PHRASE_LENGTH, REASON_LENGTH
from portal.content.retired.services import PhraseInput


class PhraseForm(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """What is retired, what to say instead, and why."""

    phrase = StringField(
        _l("Retired wording or price"),
        [DataRequired(_l("Which wording may no longer be used?")), Length(max=PHRASE_LENGTH)],
    )
    replacement = StringField(_l("What to say instead"), [Length(max=PHRASE_LENGTH)])
    reason = StringField(
        _l("Why"), [DataRequired(_l("Say why, so that people understand.")), Length(max=REASON_LENGTH)]
    )

    def to_input(self) -> PhraseInput:
        """What was entered."""
        return PhraseInput(self.phrase.data or "", self.replacement.data or "", self.reason.data or "")
