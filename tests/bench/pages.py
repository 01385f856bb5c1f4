"""What a served page costs: `python -m tests.bench.pages --items 2000`.

A real server (`portal serve`: two processes of four threads, one worker) on a database with so many documents. For each
page: CPU ms per request of the server's own processes, p50/p95 of one client, requests/s of sixteen clients that keep
their connections. Read medians and ratios; machines are noisy.
"""

from __future__ import annotations

import argparse
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING
from urllib.parse import quote

import psutil
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from portal.commands.migrations import migrate
from portal.config import Settings
from portal.content import actors
from portal.content.spaces.models import Space
from portal.factory import Portal, create_app
from portal.features.documents import services
from portal.features.documents.models import Document
from portal.features.documents.services import DocumentInput
from portal.kernel import clock
from tests import builders
from tests.bench.engines import paragraphs
from tests.builders.browser import Browser
from tests.builders.documents import manuscript

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from portal.people.models import User

QUESTIONS = ("库存 订单", "客户档案", "付款条件", "如何在销售点中显示订单通知？", "采购 审批 流程")
CLIENTS = 16
SPACES = 8


@dataclass(frozen=True)
class Figures:
    """What one page costs."""

    cpu_ms: float
    p50_ms: float
    p95_ms: float
    per_second: float


def fill(portal: Portal, number: int) -> None:
    """A company with so many documents, half of them in a space that the reader does not see."""
    migrate(portal.settings.url)
    with portal.sessions.begin() as session:
        author = builders.person(session, "author", "作者")
        reader = builders.person(session, "reader", "读者", department=builders.department(session))
        for place in range(SPACES):
            readers = ["all"] if place % 4 else [f"user:{author.id}"]
            builders.space(session, f"s{place}", f"空间{place}", readers=readers)
        _write(session, author, number)
        builders.reply(session, reader, _one(session, author), "照做了，有效。")
    portal.follower.rebuild()


def _write(session: Session, author: User, number: int) -> None:
    actor = actors.load(session, author.id, clock.now(), builders.moments.ZONE)
    assert actor is not None
    spaces = session.scalars(select(Space.id).order_by(Space.id)).all()
    for place, (title, body) in enumerate(paragraphs(number)):
        text = manuscript(title, body, [f"标签{place % 40}", f"主题{place % 7}"])
        wanted = DocumentInput(text, spaces[place % len(spaces)])
        services.publish(session, actor, services.create(session, actor, wanted))
        if place % 200 == 0:
            session.flush()
            session.expunge_all()


def _one(session: Session, author: User) -> Document:
    document = session.scalars(select(Document).order_by(Document.id.desc()).limit(1)).one()
    assert document.author_id == author.id
    return document


class Server:
    """`portal serve` on a free port, with a reader signed in."""

    def __init__(self, settings: Settings) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        environment = {**os.environ, "PORTAL_DATA": str(settings.data), "PORTAL_PORT": str(self.port)}
        command = [sys.executable, "-m", "portal.cli", "serve"]
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.cookie = _cookie(settings)
        self._wait()

    def _wait(self) -> None:
        for _ in range(300):
            try:
                if self.fetch("/healthz", http.client.HTTPConnection("127.0.0.1", self.port)) == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def fetch(self, path: str, connection: http.client.HTTPConnection) -> int:
        connection.request("GET", path, headers={"Cookie": self.cookie, "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        return answer.status

    def cpu(self) -> float:
        """Seconds of CPU that all processes of the server have used."""
        return sum(sum(process.cpu_times()[:2]) for process in self._processes())

    def memory(self) -> float:
        """MiB that all processes hold, shared pages counted once."""
        return sum(process.memory_full_info().pss for process in self._processes()) / (1 << 20)

    def _processes(self) -> list[psutil.Process]:
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def _cookie(settings: Settings) -> str:
    app = create_app(settings)
    client = app.test_client()
    browser = Browser(app, client.response_wrapper)
    browser.sign_in("reader")
    found = browser.get_cookie("zhiying")
    assert found is not None
    return f"zhiying={found.value}"


def measure(server: Server, paths: list[str], seconds: float) -> Figures:
    """Walk through the paths with one client, then with sixteen."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    for path in paths * 3:
        assert server.fetch(path, connection) == 200, path
    times = sorted(_timed(lambda path=path: server.fetch(path, connection)) for path in _round(paths, 60))  # type: ignore[misc]
    before, begun = server.cpu(), time.perf_counter()
    number = _hammer(server, paths, seconds)
    spent = time.perf_counter() - begun
    return Figures(
        (server.cpu() - before) * 1000 / number, median(times), quantiles(times, n=20)[18], number / spent
    )


def _hammer(server: Server, paths: list[str], seconds: float) -> int:
    done: list[int] = []
    end = time.perf_counter() + seconds

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        number = 0
        while time.perf_counter() < end:
            assert server.fetch(paths[number % len(paths)], connection) == 200
            number += 1
        done.append(number)

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done)


def _round(paths: list[str], number: int) -> Iterator[str]:
    for place in range(number):
        yield paths[place % len(paths)]


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, action="append")
    parser.add_argument("--seconds", type=float, default=5.0)
    wanted = parser.parse_args()
    table = Table("items", "page", "CPU ms", "p50 ms", "p95 ms", f"requests/s at {CLIENTS}")
    for items in wanted.items or [2000]:
        with tempfile.TemporaryDirectory() as folder:
            for name, figures in _pages(Settings(data=Path(folder)), items, wanted.seconds):
                values = (figures.cpu_ms, figures.p50_ms, figures.p95_ms, figures.per_second)
                table.add_row(f"{items:,}", name, *(f"{value:.1f}" for value in values))
    Console().print(table)


def _pages(settings: Settings, items: int, seconds: float) -> Iterator[tuple[str, Figures]]:
    portal = Portal(settings)
    fill(portal, items)
    with portal.sessions() as session:
        in_space = select(Document.id).join(Space, Space.id == Document.space_id)
        numbers = session.scalars(in_space.where(Space.key == "s1").limit(20)).all()
    portal.engine.close()
    server = Server(settings)
    try:
        yield "read a document", measure(server, [f"/documents/{number}" for number in numbers], seconds)
        yield "home", measure(server, ["/"], seconds)
        yield "a list", measure(server, ["/spaces/s1"], seconds)
        yield "search", measure(server, [f"/search?q={quote(text)}" for text in QUESTIONS], seconds)
        print(f"memory of all processes: {server.memory():.0f} MiB", file=sys.stderr)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
