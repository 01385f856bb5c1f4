"""Input of an upload: where to, and which files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, MultipleFileField, SelectField, ValidationError
from wtforms.validators import DataRequired

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.datastructures import FileStorage
    from wtforms import Field

    from portal.content.spaces.models import Space


class ImportForm(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """A space and files. Whether the space takes them is decided where they are taken in."""

    space = SelectField(_l("Space"), [DataRequired(message=_l("Choose a space."))], validate_choice=False)
    as_drafts = BooleanField(_l("Documents of an exported space come as my drafts, not as they were"))
    files = MultipleFileField(
        _l("Files"),
        description=_l(
            "Word, PDF, Markdown, HTML, text or a zip of them. Drop several here, or choose them."
        ),
    )

    def offer(self, spaces: Iterable[Space], locale: str, chosen: str | None) -> ImportForm:
        """Fill the choice of spaces, for showing the form."""
        self.space.choices = [(space.key, space.label(locale)) for space in spaces]
        self.space.data = self.space.data or chosen
        return self

    @property
    def uploads(self) -> list[FileStorage]:
        """The files that were really sent; an empty choice arrives as one without a name."""
        return [file for file in self.files.data or () if getattr(file, "filename", "")]

    def validate_files(self, _field: Field) -> None:
        """There must be something to import."""
        if not self.uploads:
            raise ValidationError(str(_l("Choose at least one file.")))
