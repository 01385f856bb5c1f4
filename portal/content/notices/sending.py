"""Sends the mails of the outbox: each is claimed, written under its reader's rights of this moment, handed over, and done.

A claim moves `due_at` on before anything is sent, so two workers do not send one mail at once. Whoever dies between the
server's "accepted" and the note of it has the mail sent again after the claim runs out: at worst twice, with the same
Message-ID, never not at all.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from portal.content import actors
from portal.content.notices import letters, queries
from portal.content.notices.models import DROPPED, FAILED, QUEUED, SENT, Mail
from portal.kernel.db import reading
from portal.people.models import User
from portal.platform import mail
from portal.platform.mail import Letter, MailError, PostponedError, RefusedError

if TYPE_CHECKING:
    import smtplib

    from sqlalchemy.orm import Session, sessionmaker

    from portal.config import Settings

MINUTE = dt.timedelta(minutes=1)
CLAIM = 10 * MINUTE
PAUSES = tuple(minutes * MINUTE for minutes in (1, 5, 15, 60, 180, 360, 720, 1440))
"""Between the attempts; after the last one the mail is given up."""

PER_ROUND = 200

log = logging.getLogger(__name__)


def send(sessions: sessionmaker[Session], settings: Settings, now: dt.datetime) -> None:
    """Send what is due, over one connection. The first trouble with the server ends the round; the rest waits."""
    if not settings.has_mail or not _due(sessions, now, 1):
        return
    try:
        with mail.connection(settings) as server:
            for mail_id in _due(sessions, now, PER_ROUND):
                _send_one(sessions, settings, server, now, mail_id)
    except MailError as error:
        log.warning("mail: %s", error)
        _note_outage(sessions, now, str(error))


def _due(sessions: sessionmaker[Session], now: dt.datetime, most: int) -> list[int]:
    due = select(Mail.id).where(Mail.state == QUEUED, Mail.due_at <= now).order_by(Mail.due_at, Mail.id)
    with reading(), sessions() as session:
        return list(session.scalars(due.limit(most)))


def _send_one(
    sessions: sessionmaker[Session], settings: Settings, server: smtplib.SMTP, now: dt.datetime, mail_id: int
) -> None:
    if not _claim(sessions, now, mail_id):
        return
    try:
        letter = write(sessions, settings, now, mail_id)
        if letter is not None:
            mail.hand_over(server, mail.compose(settings, letter, now))
    except RefusedError as error:
        _finish(sessions, mail_id, FAILED, error=str(error))
    except PostponedError as error:
        _postpone(sessions, now, mail_id, str(error))
    except MailError as error:
        _postpone(sessions, now, mail_id, str(error))
        raise
    except SQLAlchemyError:
        raise
    except Exception as error:
        log.exception("mail %s cannot be written", mail_id)
        _postpone(sessions, now, mail_id, str(error) or type(error).__name__)
    else:
        _finish(sessions, mail_id, SENT if letter else DROPPED, sent_at=now if letter else None)


def write(
    sessions: sessionmaker[Session], settings: Settings, now: dt.datetime, mail_id: int
) -> Letter | None:
    """The letter as its reader may see it now; None when nothing of it is left, or its reader is gone."""
    with reading(), sessions() as session:
        row = session.execute(
            select(Mail.key, Mail.delivery, Mail.user_id, User.email, User.name).join(User, User.id == Mail.user_id)
            .where(Mail.id == mail_id)
        ).one()  # fmt: skip
        reader = actors.load(session, row.user_id, now, settings.zone)
        told = queries.of_mail(session, reader, mail_id) if reader and row.email else []
    if reader is None or not told:
        return None
    return letters.write(settings, reader, told, row.key, row.delivery, (row.name, row.email))


def _claim(sessions: sessionmaker[Session], now: dt.datetime, mail_id: int) -> bool:
    mine = update(Mail).where(Mail.id == mail_id, Mail.state == QUEUED, Mail.due_at <= now)
    with sessions.begin() as session:
        changed = mine.values(due_at=now + CLAIM, attempts=Mail.attempts + 1).returning(Mail.id)
        return session.execute(changed).first() is not None


def _finish(
    sessions: sessionmaker[Session], mail_id: int, state: str, *, error: str = "", sent_at: dt.datetime | None = None
) -> None:  # fmt: skip
    with sessions.begin() as session:
        done = update(Mail).where(Mail.id == mail_id)
        session.execute(done.values(state=state, error=error[:300], sent_at=sent_at))


def _postpone(sessions: sessionmaker[Session], now: dt.datetime, mail_id: int, error: str) -> None:
    """Try again later, ever later; give up after the last pause."""
    with sessions.begin() as session:
        attempts = session.scalar(select(Mail.attempts).where(Mail.id == mail_id)) or 1
        is_over = attempts > len(PAUSES)
        wait = PAUSES[min(attempts, len(PAUSES)) - 1]
        values = {"state": FAILED if is_over else QUEUED, "due_at": now + wait, "error": error[:300]}
        session.execute(update(Mail).where(Mail.id == mail_id).values(values))


def _note_outage(sessions: sessionmaker[Session], now: dt.datetime, error: str) -> None:
    """The server itself does not answer: that is no attempt of any mail, but it is written beside those that wait."""
    waiting = update(Mail).where(Mail.state == QUEUED, Mail.due_at <= now)
    with sessions.begin() as session:
        session.execute(waiting.values(due_at=now + MINUTE, error=error[:300]))
