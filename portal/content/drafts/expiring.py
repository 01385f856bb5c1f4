"""What nobody came back to for a month goes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from portal.content.drafts.models import UnfinishedText
from portal.kernel.db import reading

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

    from portal.config import Settings

KEPT_FOR = dt.timedelta(days=30)


def expire(sessions: sessionmaker[Session], settings: Settings, now: dt.datetime) -> None:
    """Remove the texts that were not touched for thirty days."""
    del settings
    old = UnfinishedText.saved_at < now - KEPT_FOR
    with reading(), sessions() as session:
        # Looked for first: an idle worker has no business with SQLite's write lock.
        if session.scalar(select(UnfinishedText.user_id).where(old).limit(1)) is None:
            return
    with sessions.begin() as session:
        session.execute(delete(UnfinishedText).where(old))
