"""The record of acts that somebody may one day have to account for: sign-ins, rights, people, deletions.

Rows are written in the transaction of the act and chained by HMAC with the installation's own key, so that a row which
was changed, removed or put in afterwards is noticed by `verify`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.kernel.db import Base
from portal.platform.search.queue import LOCK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.kernel.actor import Actor

START = "0" * 64


class AuditRow(Base):
    """One act. `actor_id` is no foreign key: the record outlives what it speaks of."""

    __tablename__ = "audit"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    actor_id: Mapped[int]
    act: Mapped[str] = mapped_column(String(40), index=True)
    subject: Mapped[str] = mapped_column(String(80))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    mac: Mapped[str] = mapped_column(String(64))


def note(session: Session, actor: Actor, act: str, subject: str, **data: Any) -> None:  # noqa: ANN401 - JSON values
    """Write one act into the chain.

    Args:
        session: open session; `session.info["audit_key"]` holds the key of the chain.
        actor: who acted; the moment is `actor.now`.
        act: what was done, e.g. "person.deactivated".
        subject: with whom or what, e.g. "user:9".
        data: JSON values worth keeping; never a secret.
    """
    note_by(session, actor.user_id, actor.now, act, subject, **data)


def note_by(
    session: Session,
    actor_id: int,
    at: dt.datetime,
    act: str,
    subject: str,
    **data: Any,  # noqa: ANN401 - as above
) -> None:
    """As `note`, for acts at which there is no actor yet, such as signing in."""
    if session.get_bind().dialect.name == "postgresql":
        # The lock of the change log: with two, acts that need both could take them in either order and never end.
        session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
    session.flush()
    previous = session.scalar(select(AuditRow.mac).order_by(AuditRow.id.desc()).limit(1)) or START
    row = AuditRow(at=at, actor_id=actor_id, act=act, subject=subject, data=data)
    row.mac = _mac(_key(session), previous, row)
    session.add(row)


def verify(session: Session) -> Iterator[int]:
    """The ids of rows that do not continue the chain; none when the record is whole."""
    previous = START
    for row in session.scalars(select(AuditRow).order_by(AuditRow.id)):
        if not hmac.compare_digest(row.mac, _mac(_key(session), previous, row)):
            yield row.id
        previous = row.mac


def _key(session: Session) -> bytes:
    key: str = session.info["audit_key"]
    return key.encode()


def _mac(key: bytes, previous: str, row: AuditRow) -> str:
    facts = [previous, row.at.isoformat(), row.actor_id, row.act, row.subject, row.data]
    plain = json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()
    return hmac.new(key, plain, hashlib.sha256).hexdigest()
