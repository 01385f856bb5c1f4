"""`portal serve`: the web server and one worker beside it, begun, watched and ended together."""

from __future__ import annotations

import contextlib
import ctypes
import json
import logging
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal import config

if TYPE_CHECKING:
    from portal.config import Settings

BEAT_S = 0.2
GRACE_S = 10
KILL_AFTER_S = 15.0
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - only empty heartbeat files of the server stand there
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux

log = logging.getLogger("portal.serve")


@click.command("serve")
@click.option("--host", help="Address to listen on instead of PORTAL_HOST.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on instead of PORTAL_PORT.")
def command(host: str | None, port: int | None) -> None:
    """Serve the portal, with a worker beside it, until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        settings = config.read()
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    _check(settings)
    place = Place(host or settings.host, port or settings.port)
    if place.is_taken():
        raise click.ClickException(
            f"Something else is listening on {place}. Choose another port: PORTAL_PORT=8001"
        )
    sys.exit(Pair(settings, place).run())


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The address to open in a browser."""
        return f"http://{'127.0.0.1' if self.host in {'0.0.0.0', '::'} else self.host}:{self.port}"  # noqa: S104

    def is_taken(self) -> bool:
        """Whether somebody answers there."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        try:
            with socket.create_connection((host, self.port), timeout=0.5):
                return True
        except OSError:
            return False


class Pair:
    """The two children. When the server ends, all ends; a worker that dies is begun again."""

    def __init__(self, settings: Settings, place: Place) -> None:
        self.settings, self.place = settings, place
        self.stop = threading.Event()
        self.pause_s = 0.0
        self.worker_begun = 0.0

    def run(self) -> int:
        """Serve until told to stop; the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: self.stop.set())
        server = _begin(server_arguments(self.settings, self.place))
        worker = self._begin_worker()
        announced = False
        while not self.stop.wait(BEAT_S) and server.poll() is None:
            announced = announced or self._announce()
            if worker.poll() is not None:
                worker = self._again(worker)
        _end([server, worker])
        return 0 if self.stop.is_set() else server.returncode or 1

    def _begin_worker(self) -> subprocess.Popen[bytes]:
        self.worker_begun = time.monotonic()
        return _begin([sys.executable, "-m", "portal.cli", "worker"])

    def _again(self, dead: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
        """Begin the worker anew, at once after a long life, with growing pauses when it keeps dying."""
        lived = time.monotonic() - self.worker_begun
        self.pause_s = min(self.pause_s * 2 + 0.5, 10.0) if lived < 30 else 0.0  # noqa: PLR2004 - seconds
        log.warning("the worker ended with code %s and is begun again", dead.returncode)
        self.stop.wait(self.pause_s)
        return self._begin_worker()

    def _announce(self) -> bool:
        if not self.place.is_taken():
            return False
        click.echo(f"\n  知营 Zhiying is at {self.place.url}\n")
        for line in invitation(self.settings.data):
            click.echo(f"  {line}")
        return True


def server_arguments(settings: Settings, place: Place) -> list[str]:
    """The command line of gunicorn."""
    host = f"[{place.host}]" if ":" in place.host else place.host
    memory = ["--worker-tmp-dir", str(SHARED_MEMORY)] if SHARED_MEMORY.is_dir() else []
    return [
        *(
            sys.executable,
            "-m",
            "gunicorn",
            "portal.factory:create_app()",
            "--preload",
            "--bind",
            f"{host}:{place.port}",
        ),
        *("--worker-class", "gthread", "--workers", str(settings.web_processes)),
        *("--threads", str(settings.web_threads), "--graceful-timeout", str(GRACE_S), "--keep-alive", "15"),
        # A query may have 5,000 Chinese characters, nine signs each in an address; without a limit of lines, the one of
        # all headers together stands.
        *("--limit-request-line", "0"),
        *("--timeout", "120", "--log-level", "warning", "--no-control-socket"),
        *memory,
    ]


def invitation(folder: Path) -> list[str]:
    """Whom to sign in as in a demonstration; nothing elsewhere."""
    try:
        demo = json.loads((folder / "demo.json").read_text("utf-8"))
    except (OSError, ValueError):
        return []
    people = [f"{username:<10} {name}  {role}" for name, username, role in demo["people"]]
    return [f"Sign in with the password {demo['password']} as", *people, ""]


def _check(settings: Settings) -> None:
    """See that there is something to serve; PostgreSQL is asked by the children, which wait for it."""
    path = settings.data / "portal.db"
    if not settings.database_url and not (path.exists() and _is_set_up(path)):
        raise click.ClickException(f"There is no database in {settings.data}. Run: portal init")


def _is_set_up(path: Path) -> bool:
    with contextlib.closing(sqlite3.connect(path)) as database:
        return bool(database.execute("select 1 from sqlite_master where name = 'alembic_version'").fetchone())


def _begin(arguments: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(arguments, preexec_fn=_die_with_parent)  # noqa: PLW1509, S603 - one thread; own commands


def _die_with_parent() -> None:
    """Where Linux allows it, a child is told to end when this process is killed."""
    try:
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)
    except (OSError, AttributeError):
        return


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    deadline = time.monotonic() + KILL_AFTER_S
    for child in children:
        try:
            child.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
