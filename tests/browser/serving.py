"""The portal as it is really served: a data folder of its own, the demo company, a web server and a worker."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "zhiying-demo-2026"
PATIENCE_S = 120
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--font-render-hinting=none",
]
"""Debian's Chromium as root, calling nobody, with letters of the same width everywhere."""


@dataclass(frozen=True, slots=True)
class Served:
    """A portal at work."""

    url: str
    data: Path


@contextlib.contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serve the demo company from a folder, where its data and its log are kept, until the block ends."""
    portal = Served(f"http://127.0.0.1:{(port := _free_port())}", folder / "data")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    environment |= {"PORTAL_DATA": str(portal.data), "PORTAL_PORT": str(port)}
    with (folder / "log").open("wb") as log:

        def command(*words: str) -> list[str]:
            return [sys.executable, "-m", "portal.cli", *words]

        for word in ("init", "demo"):
            subprocess.run(command(word), env=environment, stdout=log, stderr=log, check=True)
        server = subprocess.Popen(command("serve"), env=environment, stdout=log, stderr=log)
        try:
            _await_health(portal.url, server)
            yield portal
        finally:
            server.terminate()
            server.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _await_health(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the portal ended with code {server.returncode} before it answered")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/healthz", timeout=5):  # noqa: S310 - our own server
            return
        time.sleep(0.1)
    raise RuntimeError("the portal does not answer")
