"""Every kind and every blueprint, listed by hand; nothing is discovered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.content.images.views import pages as images
from portal.content.notices.models import Notice  # noqa: F401
from portal.content.replies.kind import KIND as REPLY
from portal.content.replies.views import pages as replies
from portal.content.spaces.views import pages as spaces
from portal.content.views import pages as content
from portal.features.directory.views import pages as people
from portal.features.documents.imports.views import pages as imports
from portal.features.documents.kind import KIND as DOCUMENT
from portal.features.documents.views import pages as documents
from portal.features.home.views import pages as home
from portal.features.search.views import pages as search
from portal.people.kind import KIND as PERSON
from portal.people.views.account import pages as account
from portal.people.views.admin import pages as admin

if TYPE_CHECKING:
    from portal.content.notices.events import Event

EVENTS: tuple[Event, ...] = ()
KINDS = (DOCUMENT, REPLY, PERSON)
BLUEPRINTS = (home, account, people, admin, spaces, content, images, documents, replies, imports, search)
