"""Every subcommand: what it does, and what it says when it cannot."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect, select

from portal.cli import COMMANDS, main
from portal.commands.indexes import differences
from portal.commands.leading import lead_now
from portal.config import ROOT
from portal.content.actors import by_username
from portal.kernel import clock
from portal.people.credentials import check
from portal.people.models import User
from portal.platform.search.engine import Delete
from tests import builders
from tests.builders.moments import ZONE

if TYPE_CHECKING:
    from pathlib import Path

    from portal.factory import Portal
    from tests.commands.conftest import Run

LONG = "硅烷偶联剂的用量\n\n硅烷偶联剂按白炭黑的百分之八加，先混炼后加料。"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "incoming"
    path.mkdir()
    (path / "硅烷.txt").write_text(LONG, "utf-8")
    return path


def test_the_help_names_every_command_and_loads_nothing() -> None:
    ask = "import sys; from portal.cli import main; main(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    said = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    assert all(name in said for name in COMMANDS)
    assert "sqlalchemy" not in said.splitlines()[-1]
    assert "'flask'" not in said.splitlines()[-1]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(run: Run, name: str) -> None:
    answer = run(name, "--help")
    assert answer.exit_code == 0
    assert main.get_command(None, name) is not None  # type: ignore[arg-type]


def test_init_can_be_run_again(run: Run, data: Path) -> None:
    first, second = run("init"), run("init")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "is up to date" in second.output
    assert sorted(path.name for path in (data / "keys").iterdir()) == ["audit", "session"]
    assert (data / "uploads").stat().st_mode & 0o077 == 0


def test_what_is_not_set_up_is_said(run: Run, data: Path) -> None:
    data.mkdir()
    assert "Run: portal init" in run("search", "x", "--as", "liming").output
    assert "Run: portal init" in run("serve").output


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_PORT", "x"),
        ("PORTAL_TIMEZONE", "Mars"),
        ("PORTAL_DATABASE_URL", "nonsense"),
        ("PORTAL_DATA", "/proc/no"),
    ],
)
def test_settings_that_do_not_fit_are_said(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    answer = run("init")
    assert (answer.exit_code, answer.output.startswith("Error: ")) == (1, True)
    assert len(answer.output.splitlines()) == 1


def test_a_database_that_does_not_answer_is_said(
    run: Run, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data.mkdir()
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    assert run("index", "status").output.startswith("Error: The database does not answer")


@pytest.mark.usefixtures("company")
def test_import_then_search_finds_at_once(run: Run, folder: Path) -> None:
    (folder / "坏的.docx").write_bytes(b"PK\x03\x04 broken")
    answer = run("import", folder, "--space", "handbook", "--author", "liming")
    assert answer.exit_code == 0
    assert "1 imported, 0 updated, 0 unchanged, 1 skipped" in answer.output
    assert "damaged" in answer.output
    found = json.loads(run("search", "硅烷 用量", "--as", "wanghua", "--json").output)
    assert list(found) == ["query", "total", "took_ms", "hits", "facets"]
    assert list(found["hits"][0]) == ["id", "kind", "title", "snippet", "score", "source"]
    assert (found["total"], found["hits"][0]["source"]) == (1, "硅烷.txt")
    assert found["facets"]["kind"] == {"document": 1}
    assert "硅烷.txt" in run("search", "硅烷", "--as", "wanghua").output


@pytest.mark.usefixtures("company")
def test_the_exit_code_says_whether_anything_was_taken(run: Run, folder: Path) -> None:
    where = ("--space", "handbook", "--author", "liming")
    assert run("import", folder, *where).exit_code == 0
    assert run("import", folder, *where).exit_code == 0
    (folder / "leer.txt").touch()
    assert run("import", folder / "leer.txt", folder / "gone.txt", *where).exit_code == 1
    assert run("import", folder / "硅烷.txt", folder / "gone.txt", *where).exit_code == 0


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize(
    ("space", "author", "words"),
    [
        ("handbook", "wanghua", "may not write"),
        ("nowhere", "liming", "There is no space"),
        ("handbook", "nobody", "There is nobody"),
    ],
)
def test_who_may_not_import_is_told_before_anything_is_read(
    run: Run, folder: Path, space: str, author: str, words: str
) -> None:
    answer = run("import", folder, "--space", space, "--author", author)
    assert (answer.exit_code, words in answer.output) == (1, True)


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("query", ["", "-", '|| -"', "* " * 3000, "-硅烷", "(((\x00"])
def test_every_text_is_a_query(run: Run, query: str) -> None:
    assert run("search", "--as", "liming", "--json", "--", query).exit_code == 0


def test_the_index_can_be_looked_after(run: Run, company: Portal) -> None:
    assert "agrees" in run("index", "verify").output
    assert "no worker is running" in run("index", "status").output
    with company.sessions() as session:
        item_id = session.scalar(select(User.id)) or 0
    company.engine.apply([Delete(item_id)], company.engine.cursor())
    assert differences(company) == [item_id]
    assert run("index", "verify").exit_code == 1
    assert "built anew" in run("index", "rebuild").output
    assert run("index", "verify").exit_code == 0
    with lead_now(company.settings.data):
        assert "a worker is running" in run("index", "status").output
    (company.settings.index_path / "current").write_text("nothing", "ascii")
    assert "0 in the index" in run("index", "status").output


def test_the_first_person_brings_a_company(run: Run) -> None:
    run("init")
    answer = run("user", "add", "Admin", "--name", "管理员", "--role", "administrator", "--role", "member")
    assert answer.exit_code == 0
    assert "Password, shown once: " in answer.output
    assert "taken" in run("user", "add", "admin", "--name", "管理员").output


def test_passwords_and_access(run: Run, company: Portal) -> None:
    assert run("user", "password", "liming", "--password", "x").exit_code == 1
    assert run("user", "password", "liming", "--ask", input="silan-2026\nsilan-2026\n").exit_code == 0
    with company.sessions() as session:
        assert check(session, "liming", "silan-2026", "here", clock.now())
    assert run("user", "deactivate", "liming").exit_code == 0
    with company.sessions() as session:
        assert by_username(session, "liming", clock.now(), ZONE) is None
    assert "There is nobody" in run("user", "deactivate", "nobody").output


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("option", ["--department", "--post", "--manager"])
def test_what_a_person_refers_to_must_exist(run: Run, option: str) -> None:
    answer = run("user", "add", "zhaojun", "--name", "赵军", option, "nothing")
    assert (answer.exit_code, "There is no" in answer.output) == (1, True)


def test_check_says_what_is_wrong(run: Run, company: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_NONSENSE", "1")
    answer = run("check")
    assert answer.exit_code == 1
    assert "nobody can administer" in answer.output
    assert "PORTAL_NONSENSE: no such setting" in answer.output
    assert "sqlite, revision" in answer.output
    with company.sessions.kw["bind"].begin() as connection:
        connection.exec_driver_sql("delete from alembic_version")
    assert "it stands at revision nothing" in run("check").output


def test_search_can_be_measured(run: Run, tmp_path: Path) -> None:
    docs, queries = tmp_path / "docs.jsonl", tmp_path / "queries.jsonl"
    docs.write_text(json.dumps({"id": "a", "title": "硅烷", "body": LONG}) + "\n", "utf-8")
    queries.write_text(json.dumps({"id": "q", "text": "硅烷用量", "relevant": ["a"]}) + "\n", "utf-8")
    figures = json.loads(run("search-eval", docs, queries, "--json").output)
    assert {"mrr@10", "ndcg@10", "recall@10", "queries_per_s", "p50_ms", "p95_ms"} <= set(figures)
    assert figures["mrr@10"] == 1
    docs.write_text("{}", "utf-8")
    assert run("search-eval", docs, queries).exit_code == 1


def test_who_is_in_the_demo(run: Run) -> None:
    who = json.loads(run("demo", "--who", "--json").output)
    assert list(who) == ["rep", "editor", "publisher", "trainer", "manager", "admin", "space"]
    assert "lina" in run("demo", "--who").output


def test_the_demo_refuses_company(run: Run, company: Portal) -> None:
    answer = run("demo")
    assert (answer.exit_code, "other people" in answer.output) == (1, True)
    with company.sessions() as session:
        assert builders.actor_of(session, "liming")
        assert inspect(session.connection()).has_table("alembic_version")
