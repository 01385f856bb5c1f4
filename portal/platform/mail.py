"""Mail by SMTP: puts a letter together and hands it to the server. Knows neither notices nor people.

Nothing that was typed can add a header: the library folds and encodes them, and what holds a line break is refused
before. The same letter sent twice carries the same Message-ID, so that most mail programs show it once.
"""

from __future__ import annotations

import hashlib
import re
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from portal.config import Settings

PATIENCE_S = 15.0
STARTTLS, TLS, PLAIN = "starttls", "tls", "none"
PERMANENT = range(500, 600)
GOOD_BYE = 421
_ADDRESS = re.compile(r"[^@\s<>,;:\"\\\x00-\x1f\x7f]{1,64}@[^@\s<>,;:\"\\\x00-\x1f\x7f]{1,190}")
_BREAKS = re.compile(r"[\r\n\x00-\x1f\x7f\x85\u2028\u2029]+")


class MailError(Exception):
    """The server could not be reached, or did not take anything at all now; trying again later may help."""


class PostponedError(Exception):
    """The server does not take this letter now, but may later; it goes on taking others."""


class RefusedError(Exception):
    """The server will never take this letter for this address."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be sent.

    Args:
        key: what it is for; decides the Message-ID.
        to: one address.
        name: of the person, may be empty.
        subject: one line.
        text: as plain text.
        html: the same as HTML.
        headers: further headers, such as `List-Unsubscribe`.
    """

    key: str
    to: str
    name: str
    subject: str
    text: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def is_address(text: str) -> bool:
    """Whether a text can be the address of one mailbox."""
    return bool(_ADDRESS.fullmatch(text))


def compose(settings: Settings, letter: Letter, now: dt.datetime) -> EmailMessage:
    """A letter as a message.

    Raises:
        RefusedError: the address of the recipient is none.
    """
    if not is_address(letter.to):
        raise RefusedError(f"{letter.to!r} is no mail address")
    message = EmailMessage(policy=SMTP)
    message["From"] = _sender(settings)
    message["To"] = _mailbox(letter.name, letter.to)
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(settings, letter.key)
    message["Auto-Submitted"] = "auto-generated"
    for name, value in letter.headers.items():
        message[name] = one_line(value)
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    return message


def message_id(settings: Settings, key: str) -> str:
    """The same for the same letter of the same installation, and no other."""
    digest = hashlib.sha256(f"{settings.key('session')} {key}".encode()).hexdigest()[:32]
    return f"<{digest}@{_sender(settings).domain or 'portal.invalid'}>"


def one_line(text: str) -> str:
    """A text without anything that could begin another header."""
    return _BREAKS.sub(" ", text).strip()


@contextmanager
def connection(settings: Settings) -> Iterator[smtplib.SMTP]:
    """The mail server, signed in.

    Raises:
        MailError: it cannot be reached, is not trusted or does not accept name and password.
    """
    try:
        server = _open(settings)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise MailError(_words(error)) from error
    try:
        yield server
    finally:
        _leave(server)


def hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Give a message to the server.

    Raises:
        RefusedError: it will never take it.
        PostponedError: it does not take it now.
        MailError: there is trouble with the server itself.
    """
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise _verdict(code, words) from error
    except smtplib.SMTPDataError as error:
        raise _verdict(error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailError(_words(error)) from error


def _verdict(code: int, words: bytes | str) -> Exception:
    """What an answer about one letter means. 421 is the server's good-bye to everybody."""
    if code == GOOD_BYE:
        return MailError(f"{code} {_said(words)}")
    return (RefusedError if code in PERMANENT else PostponedError)(f"{code} {_said(words)}")


def _open(settings: Settings) -> smtplib.SMTP:
    if settings.smtp_security not in {STARTTLS, TLS, PLAIN}:
        raise ValueError(f"PORTAL_SMTP_SECURITY={settings.smtp_security!r} is none of starttls, tls, none")
    where = settings.smtp_host, settings.smtp_port
    context = ssl.create_default_context()
    server = (
        smtplib.SMTP_SSL(*where, timeout=PATIENCE_S, context=context)
        if settings.smtp_security == TLS
        else smtplib.SMTP(*where, timeout=PATIENCE_S)
    )
    try:
        if settings.smtp_security == STARTTLS:
            server.starttls(context=context)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _sender(settings: Settings) -> Address:
    name, address = parseaddr(one_line(settings.smtp_from))
    return _mailbox(name, address)


def _mailbox(name: str, address: str) -> Address:
    user, _, domain = address.rpartition("@")
    return Address(one_line(name), user, domain)


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_said(error.smtp_error)}"
    return str(error) or type(error).__name__


def _said(words: bytes | str) -> str:
    return one_line(words.decode("utf-8", "replace") if isinstance(words, bytes) else words)
