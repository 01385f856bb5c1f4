"""Files of what is removed for good: named in the transaction that removes the rows, swept from the disk afterwards.

A crash in between leaves a file with a row that says so, and the next sweep takes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker

from portal.kernel.db import Base, reading

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from portal.config import Settings

AT_ONCE = 500


class Discarded(Base):
    """A file that is to be removed; `path` is below the folder of uploads."""

    __tablename__ = "discarded_files"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(300))


def discard(session: Session, paths: Iterable[str]) -> None:
    """Have files removed once the transaction is committed."""
    session.add_all(Discarded(path=path) for path in paths)


def sweep(sessions: sessionmaker[Session], settings: Settings, now: dt.datetime) -> None:
    """Remove the files that are to be removed; those that are gone already are none the worse."""
    del now
    with reading(), sessions() as session:
        waiting = session.execute(select(Discarded.id, Discarded.path).limit(AT_ONCE)).all()
    for _number, name in waiting:
        path = settings.uploads_path / name
        # A file's drawings lie beside it under its name and a number.
        for file in [path, *path.parent.glob(f"{path.name}.*")]:
            file.unlink(missing_ok=True)
    if waiting:
        with sessions.begin() as session:
            session.execute(delete(Discarded).where(Discarded.id.in_([number for number, _path in waiting])))
