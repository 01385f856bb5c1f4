"""The worker, and the server that begins it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from portal.commands.leading import bring_up_to_date, lead, lead_now
from portal.commands.serve import Place, invitation, server_arguments
from portal.commands.worker import Worker, trouble
from portal.config import ROOT, Settings
from portal.platform.search import queue
from tests import builders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from portal.factory import Portal


def until(happened: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happened():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def is_current(portal: Portal) -> bool:
    with portal.sessions() as session:
        return portal.engine.cursor() == queue.last(session) > 0


def test_the_worker_follows_what_changes(company: Portal) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=Worker(company, stop).run)
    thread.start()
    until(lambda: is_current(company))
    with company.sessions.begin() as session:
        builders.person(session, "zhaojun", "赵军")
    until(lambda: is_current(company))
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_the_worker_outlives_trouble(company: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    worker = Worker(company, stop)
    tries: list[float] = []

    def fail() -> bool:
        tries.append(time.monotonic())
        if len(tries) > 1:
            stop.set()
        raise OperationalError("select 1", {}, Exception("server closed the connection"))

    monkeypatch.setattr(worker, "follow", fail)
    worker.run()
    assert tries[1] - tries[0] >= 0.4


def test_trouble_is_a_sentence() -> None:
    lost = OperationalError("select 1", {}, Exception("server closed the connection"))
    assert trouble(lost) == "The database does not answer: server closed the connection"
    assert trouble(KeyError()) == "KeyError"


def test_one_worker_leads_and_the_other_waits(tmp_path: Path) -> None:
    stop = threading.Event()
    with lead_now(tmp_path) as first, lead_now(tmp_path) as second:
        assert (first, second) == (True, False)
        threading.Timer(0.2, stop.set).start()
        with lead(tmp_path, stop) as leads:
            assert not leads
    with lead(tmp_path, threading.Event()) as leads:
        assert leads


def test_a_search_waits_for_the_worker_that_leads(company: Portal) -> None:
    with lead_now(company.settings.data):
        thread = threading.Timer(0.3, company.follower.catch_up)
        thread.start()
        bring_up_to_date(company)
        thread.join()
    assert is_current(company)


def test_where_the_server_listens() -> None:
    everywhere = Place("0.0.0.0", 80)  # noqa: S104 - nothing is bound
    assert (str(everywhere), everywhere.url) == ("0.0.0.0:80", "http://127.0.0.1:80")
    assert "[::1]:80" in server_arguments(Settings(), Place("::1", 80))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert Place("127.0.0.1", listening.getsockname()[1]).is_taken()


def test_only_a_demonstration_invites(tmp_path: Path) -> None:
    assert invitation(tmp_path) == []
    (tmp_path / "demo.json").write_text(
        json.dumps({"password": "geheim", "people": [["李娜", "lina", "销售员"]]}), "utf-8"
    )
    assert any("geheim" in line for line in invitation(tmp_path))


@pytest.fixture
def served(company: Portal) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    environment = {**os.environ, "PORTAL_DATA": str(company.settings.data), "PORTAL_WEB_PROCESSES": "1"}
    command = [sys.executable, "-u", "-m", "portal.cli", "serve", "--port", port]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        yield process, f"http://127.0.0.1:{port}"
        if process.poll() is None:
            process.kill()


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as response:  # noqa: S310 - our own server
            return bool(response.status == 200)
    except OSError:
        return False


def children(pid: int) -> dict[int, str]:
    """Child processes and their command lines."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return {
        int(each): Path(f"/proc/{each}/cmdline").read_bytes().replace(b"\0", b" ").decode() for each in listed
    }


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes as Linux shows them")
def test_the_server_and_its_worker_live_and_end_together(
    served: tuple[subprocess.Popen[str], str], company: Portal
) -> None:
    process, address = served
    until(lambda: answers(address), 40)
    (worker,) = [pid for pid, line in children(process.pid).items() if "portal.cli worker" in line]
    until(lambda: is_current(company))
    os.kill(worker, signal.SIGKILL)
    until(
        lambda: [
            pid
            for pid, line in children(process.pid).items()
            if "portal.cli worker" in line and pid != worker
        ]
    )
    family = list(children(process.pid))
    process.terminate()
    assert process.wait(20) == 0
    assert not [pid for pid in family if Path(f"/proc/{pid}").exists()]
