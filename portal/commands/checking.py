"""`portal check`: what an administrator wants to know before calling somebody, in plain words."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from portal.commands.indexes import differences
from portal.commands.leading import lead_now
from portal.commands.migrations import revisions
from portal.commands.speaking import database_trouble, open_portal, plainly
from portal.config import ROOT, Settings
from portal.kernel import clock
from portal.kernel.db import reading
from portal.people.models import User
from portal.platform import audit
from portal.platform import mail as transport
from portal.platform.search import queue
from portal.platform.search.engine import IndexBusy, IndexDamaged
from portal.web.assets import DIST
from portal.web.i18n import CATALOGUES

if TYPE_CHECKING:
    from portal.factory import Portal

GIBIBYTE = 1 << 30
LEAST_FREE = GIBIBYTE // 2
SANE_SINCE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
CHINESE_FONTS = ("noto", "wqy", "source-han", "simsun", "uming", "droid")
FONT_FOLDER = "/usr/share/fonts"


class ProblemError(Exception):
    """Something keeps the portal from working; the text says what and what to do."""


class Remark(Exception):  # noqa: N818 - worth knowing, but nothing is wrong
    """Something optional is missing; the text says what for."""


Look = Callable[["Portal"], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look has shown."""

    subject: str
    mark: str
    words: str


@click.command("check")
@plainly
def command() -> None:
    """Check the configuration and what is around it; exit code 1 if something is wrong."""
    portal = open_portal()
    findings = [_look(subject, look, portal) for subject, look in LOOKS.items()]
    for finding in findings:
        click.echo(f"{finding.mark}  {finding.subject:<10} {finding.words}")
    raise SystemExit(1 if any(finding.mark == "✗" for finding in findings) else 0)


def _look(subject: str, look: Look, portal: Portal) -> Finding:
    try:
        return Finding(subject, "✓", look(portal))
    except Remark as remark:
        return Finding(subject, "·", str(remark))
    except ProblemError as problem:
        return Finding(subject, "✗", str(problem))
    except SQLAlchemyError as error:
        return Finding(subject, "✗", database_trouble(error))
    except (OSError, IndexDamaged, IndexBusy) as error:
        return Finding(subject, "✗", str(error))


def settings(portal: Portal) -> str:
    """Which variables are set; secrets stay unsaid."""
    names = [spec.metadata["env"] for spec in Settings.__dataclass_fields__.values()]
    unknown = sorted(name for name in os.environ if name.startswith("PORTAL_") and name not in names)
    if unknown:
        raise Remark(f"{', '.join(unknown)}: no such setting; see docs/configuration.md")
    chosen = [name for name in names if os.environ.get(name)]
    return (
        f"set: {', '.join(chosen)}" if chosen else f"all defaults; the data folder is {portal.settings.data}"
    )


def data_folder(portal: Portal) -> str:
    """Whether files can be written there."""
    folder = portal.settings.data
    try:
        with tempfile.TemporaryFile(dir=folder):
            return f"{folder} can be written"
    except OSError as error:
        raise ProblemError(f"{folder} cannot be written: {error.strerror}") from error


def disk(portal: Portal) -> str:
    """How much room is left."""
    free = shutil.disk_usage(portal.settings.data).free
    if free < LEAST_FREE:
        raise ProblemError(
            f"only {free / GIBIBYTE:.1f} GB are free; make room before something cannot be saved"
        )
    return f"{free / GIBIBYTE:.1f} GB are free"


def database(portal: Portal) -> str:
    """Whether it answers, and has the newest form."""
    current, newest = revisions(portal.settings.url)
    if current != newest:
        raise ProblemError(
            f"it stands at revision {current or 'nothing'}, {newest} is the newest. Run: portal init"
        )
    with reading(), portal.sessions() as session:
        session.execute(text("select 1"))
        name = session.get_bind().dialect.name
    return f"{name}, revision {current}"


def people(portal: Portal) -> str:
    """Whether somebody can sign in and administer."""
    with reading(), portal.sessions() as session:
        roles = session.scalars(select(User.roles).where(User.is_active, User.password_hash != "")).all()
    administrators = sum("administrator" in role for role in roles)
    if not administrators:
        raise ProblemError(
            "nobody can administer. Run: portal user add NAME --name … --role administrator --role member"
        )
    return f"{len(roles)} can sign in, {administrators} of them administer"


def index(portal: Portal) -> str:
    """Whether the index opens and agrees with the database."""
    with reading(), portal.sessions() as session:
        behind = queue.last(session) - portal.engine.cursor()
    if behind:
        raise Remark(f"{behind} changes are not in the index yet; {_worker(portal)}")
    wrong = differences(portal)
    if wrong:
        raise ProblemError(f"{len(wrong)} items differ from the database. Run: portal index rebuild")
    return f"agrees with the database; {_worker(portal)}"


def _worker(portal: Portal) -> str:
    with lead_now(portal.settings.data) as is_free:
        return "no worker is running (portal serve begins one)" if is_free else "a worker is running"


def record(portal: Portal) -> str:
    """Whether the audit record is whole."""
    with reading(), portal.sessions() as session:
        broken = list(audit.verify(session))
    if broken:
        raise ProblemError(
            f"{len(broken)} entries were changed or put in afterwards, the first is number {broken[0]}"
        )
    return "is whole"


def front_end(_portal: Portal) -> str:
    """Whether it was built."""
    if not (DIST / "manifest.json").exists():
        raise ProblemError("it was not built; pages have no style. Run: make setup")
    return "is built"


def languages(_portal: Portal) -> str:
    """Whether the catalogues are compiled and not older than their sources."""
    sources = sorted((ROOT / "portal" / "translations").glob("*/LC_MESSAGES/*.po"))
    stale = [path for path in sources if not _is_compiled(path.with_suffix(".mo"), path.stat().st_mtime)]
    if stale or not sources:
        raise ProblemError(f"the catalogues in {CATALOGUES} are not compiled. Run: make setup")
    return "are compiled"


def fonts(_portal: Portal) -> str:
    """Chinese fonts on the server serve PDF files, drawings and the browser tests."""
    names = [name.lower() for _folder, folders, files in os.walk(FONT_FOLDER) for name in (*folders, *files)]
    if not any(font in name for name in names for font in CHINESE_FONTS):
        raise Remark(
            "no Chinese font on this server; PDF files show boxes instead. On Debian: apt install fonts-noto-cjk"
        )
    return "there is a Chinese one"


def optional(portal: Portal) -> str:
    """Libraries that some settings need."""
    if portal.settings.url.startswith("postgresql") and not find_spec("psycopg"):
        raise ProblemError("PORTAL_DATABASE_URL names PostgreSQL, but psycopg is not installed")
    missing = [name for name in ("kreuzberg", "docx") if not find_spec(name)]
    if missing:
        raise ProblemError(
            f"not installed: {', '.join(missing)}; Word and PDF cannot be read. Run: make setup"
        )
    return "Word and PDF can be read"


def paper(_portal: Portal) -> str:
    """What saving documents as PDF needs: a library, and the system's own for laying out text."""
    try:
        import_module("weasyprint")
    except ImportError as error:
        raise Remark("weasyprint is not installed; no PDF files can be made. Run: make setup") from error
    except OSError as error:
        raise Remark(
            "Pango is missing; no PDF files can be made. On Debian: apt install libpango-1.0-0 libpangoft2-1.0-0"
        ) from error
    return "can be made"


def mail(portal: Portal) -> str:
    """Whether the mail server answers and lets the portal in."""
    settings = portal.settings
    if not settings.has_mail:
        raise Remark(
            "is not set up; people are told in the portal only (PORTAL_SMTP_HOST, …_FROM, PORTAL_PUBLIC_URL)"
        )
    try:
        with transport.connection(settings):
            return f"{settings.smtp_host}:{settings.smtp_port} answers ({settings.smtp_security})"
    except transport.MailError as error:
        raise ProblemError(f"{settings.smtp_host}:{settings.smtp_port}: {error}") from error


def time(portal: Portal) -> str:
    """Whether the clock can be right."""
    now = clock.now()
    if now < SANE_SINCE:
        raise ProblemError(f"the clock says {now:%Y-%m-%d}, which has long passed")
    return f"it is {now.astimezone(portal.settings.zone):%Y-%m-%d %H:%M} in {portal.settings.timezone}"


def _is_compiled(path: object, since: float) -> bool:
    try:
        return os.stat(str(path)).st_mtime >= since  # noqa: PTH116 - one call for both questions
    except FileNotFoundError:
        return False


LOOKS: dict[str, Look] = {
    "settings": settings,
    "data": data_folder,
    "disk": disk,
    "database": database,
    "people": people,
    "index": index,
    "record": record,
    "front end": front_end,
    "languages": languages,
    "fonts": fonts,
    "PDF files": paper,
    "readers": optional,
    "mail": mail,
    "time": time,
}
