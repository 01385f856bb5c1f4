"""Killing a writer at any moment loses nothing that was committed."""

# ruff: noqa: S311 - drawn from fixed seeds, so that a failure comes back.

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from portal.platform.search.engines.whoosh import WhooshEngine
from tests.platform.search.samples import EVERYONE, ask, entry, ids, put

ROUNDS = 3
ROOT = Path(__file__).parents[3]

WRITER = """
import sys
from portal.platform.search.engine import Delete, Entry, Put
from portal.platform.search.engines.whoosh import WhooshEngine

engine = WhooshEngine(sys.argv[1])
print("ready", flush=True)
for number in range(engine.cursor() + 1, 100_000):
    made = Entry(number, "document", "published", f"文{number}", "客户营销流程", tokens=("all",), version=number)
    engine.apply([Put(made), Delete(number - 5)], number)
"""


def killed_writer(path: Path, seconds: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], cwd=ROOT, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(seconds)
        os.kill(child.pid, signal.SIGKILL)


def test_cursor_and_content_agree_after_a_kill(tmp_path: Path) -> None:
    chance = random.Random(3)
    before = 0
    for _ in range(ROUNDS):
        killed_writer(tmp_path, 0.1 + chance.random() / 5)
        engine = WhooshEngine(tmp_path)
        cursor = engine.cursor()
        assert cursor > before
        expected = list(range(max(1, cursor - 4), cursor + 1))
        assert sorted(row[0] for row in engine.stored()) == expected
        assert list(ask(engine, '"客户营销"', EVERYONE).ids) == expected
        engine.close()
        before = cursor


def test_a_half_written_rebuild_is_not_seen(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    put(engine, entry(1, "客户"))
    unfinished = engine._folders.create()
    assert ids(ask(WhooshEngine(tmp_path), "客户")) == [1]
    engine.rebuild([entry(2, "客户")], 2)
    assert ids(ask(engine, "客户")) == [2]
    assert not unfinished.exists()
