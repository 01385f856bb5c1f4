"""The record of acts, which nobody changes unnoticed, and the timeline, which knows its verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from portal.features.documents import services
from portal.platform import audit, timeline
from portal.platform.audit import AuditRow
from portal.platform.timeline import Entry
from tests import builders
from tests.builders.people import system
from tests.concurrency import at_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from portal.factory import Portal

pytestmark = pytest.mark.databases


@pytest.fixture
def record(any_portal: Portal, session: Session) -> Session:
    """Five acts."""
    del any_portal
    for number in range(5):
        audit.note(session, system(), "tested", f"user:{number}", 名称=f"值 {number}", list=[1, 2.5, None])
    session.commit()
    return session


def broken(session: Session) -> list[int]:
    session.expire_all()
    return list(audit.verify(session))


def test_an_untouched_record_is_whole(record: Session) -> None:
    assert broken(record) == []


CHANGES: dict[str, dict[str, Any]] = {
    "act": {"act": "harmless"},
    "subject": {"subject": "user:99"},
    "actor": {"actor_id": 99},
    "time": {"at": builders.NOW.replace(hour=3)},
    "data": {"data": {"名称": "值 9"}},
    "seal": {"mac": "f" * 64},
}


def test_a_changed_row_is_noticed(record: Session) -> None:
    for what, change in CHANGES.items():
        record.execute(update(AuditRow).where(AuditRow.id == 3).values(**change))
        assert 3 in broken(record), what
        record.rollback()


def test_a_removed_row_is_noticed(record: Session) -> None:
    record.execute(delete(AuditRow).where(AuditRow.id == 3))
    assert broken(record) == [4]


def test_the_first_row_cannot_be_removed_either(record: Session) -> None:
    record.execute(delete(AuditRow).where(AuditRow.id == 1))
    assert broken(record) == [2]


def test_a_row_put_in_is_noticed(record: Session) -> None:
    copied = record.scalars(select(AuditRow).where(AuditRow.id == 2)).one()
    values = {"at": copied.at, "actor_id": 1, "act": "tested", "subject": "x", "data": {}, "mac": copied.mac}
    record.execute(insert(AuditRow).values(id=10, **values))
    assert broken(record) == [10]


def test_rows_that_changed_places_are_noticed(record: Session) -> None:
    for old, new in ((2, 100), (3, 2), (100, 3)):
        record.execute(text("update audit set id = :new where id = :old"), {"old": old, "new": new})
    assert {2, 3} <= set(broken(record))


def test_another_key_fits_nothing(record: Session) -> None:
    record.info["audit_key"] = "another"
    assert broken(record) == [1, 2, 3, 4, 5]


def test_the_chain_goes_on_after_a_gap(record: Session) -> None:
    record.execute(delete(AuditRow).where(AuditRow.id == 3))
    audit.note(record, system(), "tested", "user:6")
    record.commit()
    assert broken(record) == [4]


def test_acts_at_once_make_one_chain(any_portal: Portal, session: Session) -> None:
    def noting(number: int) -> Callable[[Session], None]:
        return lambda opened: audit.note(opened, system(), "tested", f"user:{number}")

    assert at_once(any_portal, [noting(number) for number in range(8)]) == [None] * 8
    assert broken(session) == []
    assert len(session.scalars(select(AuditRow.id)).all()) == 8


def test_what_is_rolled_back_leaves_no_trace(record: Session) -> None:
    audit.note(record, system(), "tested", "user:7")
    record.rollback()
    assert len(record.scalars(select(AuditRow.id)).all()) == 5
    assert broken(record) == []


def test_deletions_are_on_record(any_portal: Portal, session: Session) -> None:
    del any_portal
    author = builders.person(session)
    document = builders.document(session, author, builders.space(session))
    services.delete(session, builders.actor_of(session, author), document)
    services.restore(session, builders.actor_of(session, author), document)
    session.commit()
    about = select(AuditRow.act, AuditRow.actor_id).where(AuditRow.subject == f"item:{document.id}")
    found = [tuple(row) for row in session.execute(about.order_by(AuditRow.id))]
    assert found == [("document.deleted", author.id), ("document.restored", author.id)]
    assert broken(session) == []


def test_the_timeline_knows_its_verbs(session: Session) -> None:
    author = builders.person(session)
    document = builders.document(session, author, builders.space(session))
    actor = builders.actor_of(session, author)
    with pytest.raises(ValueError, match="no verb 'praised'"):
        timeline.record(session, actor, document, "praised")
    timeline.record(session, actor, document, "edited", version=2)
    session.flush()
    newest = session.scalars(select(Entry).order_by(Entry.id.desc()).limit(1)).one()
    assert (newest.verb, newest.data, newest.at) == ("edited", {"version": 2}, builders.NOW)
