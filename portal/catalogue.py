"""Every kind and every blueprint, listed by hand; nothing is discovered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.content.attachments.kind import KIND as ATTACHMENT
from portal.content.attachments.views import pages as attachments
from portal.content.drafts.views import pages as drafts
from portal.content.images.views import pages as images
from portal.content.mentions.events import MENTION_EVENTS
from portal.content.mentions.views import pages as mentions
from portal.content.must_reads.events import EVENTS as MUST_READ_EVENTS
from portal.content.must_reads.views import pages as must_reads
from portal.content.notices.stopping import pages as mail
from portal.content.notices.views import pages as inbox
from portal.content.questions.events import EVENTS as QUESTION_EVENTS
from portal.content.questions.views import pages as questions
from portal.content.replies.events import REPLY_EVENTS
from portal.content.replies.kind import KIND as REPLY
from portal.content.replies.views import pages as replies
from portal.content.retired.events import EVENTS as RETIRED_EVENTS
from portal.content.retired.views import pages as retired
from portal.content.revisions.views import pages as revisions
from portal.content.shelves.views import pages as shelves
from portal.content.spaces.views import pages as spaces
from portal.content.templates.kind import KIND as TEMPLATE
from portal.content.templates.views import pages as templates
from portal.content.verification.events import EVENTS as VERIFICATION_EVENTS
from portal.content.verification.views import pages as verification
from portal.content.views import pages as content
from portal.content.waiting.kinds import WORK as CONTENT_WORK
from portal.content.waiting.register import Work
from portal.content.waiting.views import pages as waiting
from portal.content.watching.events import WATCHING_EVENTS
from portal.content.watching.views import pages as following
from portal.features.directory.views import pages as people
from portal.features.documents.asking.views import pages as asking
from portal.features.documents.binning.views import pages as binning
from portal.features.documents.bulk.views import pages as bulk
from portal.features.documents.exports.archives import pages as archives
from portal.features.documents.exports.views import pages as exports
from portal.features.documents.imports.views import pages as imports
from portal.features.documents.kind import KIND as DOCUMENT
from portal.features.documents.lifting.views import pages as lifting
from portal.features.documents.merging.views import pages as merging
from portal.features.documents.moving.views import pages as moving
from portal.features.documents.reviews.events import EVENTS as REVIEW_EVENTS
from portal.features.documents.reviews.queue import waiting_count
from portal.features.documents.reviews.views import pages as reviews
from portal.features.documents.rewinding.views import pages as rewinding
from portal.features.documents.views import pages as documents
from portal.features.home.views import pages as home
from portal.features.search.views import pages as search
from portal.kernel.messages import _l
from portal.people.kind import KIND as PERSON
from portal.people.views.account import pages as account
from portal.people.views.admin import pages as admin

if TYPE_CHECKING:
    from portal.content.notices.events import Event
    from portal.web.routing import Pages

KINDS = (DOCUMENT, REPLY, ATTACHMENT, TEMPLATE, PERSON)
EVENTS: tuple[Event, ...] = (
    *MENTION_EVENTS,
    *REPLY_EVENTS,
    *QUESTION_EVENTS,
    *MUST_READ_EVENTS,
    *REVIEW_EVENTS,
    *VERIFICATION_EVENTS,
    *RETIRED_EVENTS,
    *WATCHING_EVENTS,
)
WORK = (
    Work(_l("Reviews to decide"), "git-pull-request", "reviews.index", waiting_count),
    *CONTENT_WORK,
)
BLUEPRINTS: tuple[Pages, ...] = (
    # people and their own things
    *(home, waiting, inbox, mail, following, mentions, shelves, drafts, account, people, admin),
    # what every item has
    *(
        spaces,
        content,
        images,
        attachments,
        templates,
        replies,
        revisions,
        verification,
        must_reads,
        questions,
    ),
    retired,
    # documents
    *(
        documents,
        asking,
        lifting,
        rewinding,
        reviews,
        moving,
        merging,
        bulk,
        binning,
        imports,
        exports,
        archives,
    ),
    search,
)
