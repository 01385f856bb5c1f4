"""What stands around the text of a document: each part of `content` gives its own piece, fetched under the access rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.content.attachments import presenting as attachments
from portal.content.must_reads import presenting as must_reads
from portal.content.questions import presenting as questions
from portal.content.retired import presenting as retired
from portal.content.shelves import presenting as shelves
from portal.content.templates import presenting as templates
from portal.content.verification import presenting as verification
from portal.content.watching import presenting as watching
from portal.content.watching.models import ITEM
from portal.features.documents import policy
from portal.features.documents.reviews import presenting as reviews
from portal.web.identity import actor

if TYPE_CHECKING:
    from portal.features.documents.models import Document


def around(document: Document) -> dict[str, Any]:
    """The pieces by the names that `documents/show.html` knows."""
    return {
        "verification": verification.piece(document),
        "follow": watching.button(ITEM, str(document.id)),
        "attachments": attachments.block(document),
        "must_read": must_reads.around(document),
        "question": questions.around(document),
        "retired": retired.banner(document),
        "review": reviews.banner(document),
        "shelf": shelves.shelf(document),
        "filled": templates.page(document, may_edit=policy.may_edit(actor(), document)),
    }
