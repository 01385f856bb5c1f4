"""Somebody is told something, and what came of it."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller
from sqlalchemy import select

from portal.content.notices.models import Notice
from portal.content.watching import following, services
from portal.kernel import clock
from tests.builders.people import actor_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from portal.factory import Portal
    from portal.people.models import User

MINUTES = dt.timedelta(minutes=1)


def told(session: Session, person: User) -> list[str]:
    """Names of the events of which somebody has a notice, in order."""
    session.expire_all()
    found = session.scalars(select(Notice.event).where(Notice.user_id == person.id).order_by(Notice.id)).all()
    session.commit()
    return list(found)


def follow(session: Session, person: User, sort: str, target: object) -> int:
    """Somebody follows something."""
    made = services.follow(session, actor_of(session, person), sort, str(target))
    session.commit()
    return made.id


def tell_followers(portal: Portal, session: Session) -> None:
    """What the worker does now and then."""
    session.commit()
    following.tell_followers(portal.sessions, portal.settings, clock.now())


@dataclass
class Postbox:
    """What a mail server took, and how it behaves: it may refuse, put off or hang up."""

    mails: list[EmailMessage] = field(default_factory=list)
    refuses: str = ""
    answers: str = "250 OK"
    hangs_up: bool = False
    waits_s: float = 0.0
    port: int = 0

    async def handle_RCPT(  # noqa: N802 - the library's name
        self,
        _server: Any,  # noqa: ANN401
        _session: Any,  # noqa: ANN401
        envelope: Any,  # noqa: ANN401
        address: str,
        _options: Any,  # noqa: ANN401
    ) -> str:
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: ANN401, N802
        await asyncio.sleep(self.waits_s)
        if self.hangs_up:
            server.transport.close()
            return "451 gone"
        if self.answers.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
        return self.answers

    def texts(self) -> list[str]:
        """The mails as plain text."""
        return [_plain(mail) for mail in self.mails]

    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails]


def _plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@contextmanager
def postbox() -> Iterator[Postbox]:
    """A real mail server on this machine, until the block ends."""
    box = Postbox(port=_free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port, ready_timeout=10)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number
