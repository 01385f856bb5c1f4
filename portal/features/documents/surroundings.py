"""What stands around the text of a document: each part of `content` gives its own piece, fetched under the access rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal.features.documents.models import Document


def around(document: Document) -> dict[str, Any]:
    """The pieces by the names that `documents/show.html` knows."""
    del document
    return {}
