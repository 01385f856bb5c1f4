"""Input of must-reads."""

from __future__ import annotations

import datetime as dt

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.content.must_reads.models import NOTE_LENGTH
from portal.content.must_reads.services import Demand
from portal.kernel.typed import line


class MustReadForm(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """Who has to sign, until when, and why."""

    audience = SelectMultipleField(_l("Who has to read it"), [DataRequired(_l("Choose who has to read it."))])
    due = DateField(_l("Until the end of"), [InputRequired(_l("Choose a day."))])
    note = StringField(_l("Why"), [Length(max=NOTE_LENGTH)])

    def to_demand(self) -> Demand:
        """What was entered."""
        return Demand(
            self.due.data or dt.date.min, frozenset(self.audience.data or ()), line(self.note.data or "")
        )
