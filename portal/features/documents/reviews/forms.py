"""Input of review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import HiddenField

from portal.content.manuscripts import prepare
from portal.features.documents.forms import DocumentForm
from portal.kernel.paging import MAX_FIGURE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.content.manuscripts import Manuscript


class SuggestionForm(DocumentForm):
    """What a document should say. Its readers are not for others to choose: what the field of that name says is not read."""

    own_version = HiddenField(default="0")

    @property
    def versions(self) -> tuple[int, int]:
        """The versions of request and document that the person had before their eyes; 0 for what is no number."""
        text = self.own_version.data or ""
        seen = int(text) if text.isascii() and text.isdigit() and len(text) < len(str(MAX_FIGURE)) else 0
        return seen, self.expected


def remark_of(form: Mapping[str, str]) -> Manuscript:
    """A remark or a reason, rendered."""
    return prepare("", form.get("body", ""), submission=form.get("submission", ""))
