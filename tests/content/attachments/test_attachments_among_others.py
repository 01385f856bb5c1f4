"""Attachments beside what else a document holds, and what other parts of the portal make of their text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.content.questions import knowing
from portal.content.retired import queries
from portal.kernel.actor import MEMBER, PUBLISHER
from tests import builders
from tests.builders.attachments import attachment, read_all
from tests.builders.phrases import look_through, retired

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.factory import Portal

OLD = "含税价 12,800 元，三十天内有效。".encode()


def test_a_reply_is_counted_and_an_attachment_is_none(portal: Portal, session: Session) -> None:
    author = builders.person(session, "liming")
    document = builders.document(session, author, builders.space(session))
    attachment(portal, session, author, document, "报价.txt", OLD)
    builders.reply(session, author, document)
    session.refresh(document)
    assert document.reply_count == 1


def test_a_file_is_no_reply_of_somebody_who_may_know(portal: Portal, session: Session) -> None:
    author, space = builders.person(session, "liming"), builders.space(session)
    known = builders.document(session, author, space, "白炭黑分散", tags=["白炭黑"])
    attachment(portal, session, author, known, "配方.txt", OLD)
    asker = builders.person(session, "wujing", "吴静")
    asked = builders.document(session, asker, space, "白炭黑结团怎么办？", tags=["白炭黑"])
    found = knowing.reasons(session, builders.actor_of(session, asker), asked.id)[author.id]
    assert (found.documents, found.replies) == (1, 0)


def test_a_retired_phrase_is_found_in_files_read_before_and_after(portal: Portal, session: Session) -> None:
    publisher = builders.person(session, "linyue", "林悦", roles=frozenset({MEMBER, PUBLISHER}))
    author = builders.person(session, "liming")
    document = builders.document(session, author, builders.space(session))
    attachment(portal, session, author, document, "旧报价.txt", OLD)
    session.commit()
    read_all(portal)
    phrase = retired(session, publisher)
    look_through(portal, session, phrase)
    attachment(portal, session, author, document, "新传的旧报价.txt", OLD)
    session.commit()
    read_all(portal)
    actor = builders.actor_of(session, author)
    assert queries.counts(session, actor, phrase.id)[phrase.id] == queries.Count(still=2, mine=2)
