"""Rules of form: each is cheap to keep from the first day and dear to come back to."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys

import pytest

from tests.architecture.sources import PORTAL, ROOT, Function, functions, length, sources

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FEATURE_FILES = {"models", "policy", "queries", "forms", "services", "kind", "views"}


@pytest.mark.slow
def test_imports_run_one_way() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_import_stands_inside_a_function() -> None:
    inside = [
        f"{source.path}:{node.lineno}"
        for source in sources()
        for function in functions(source)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_files_are_short() -> None:
    assert [source.path for source in sources() if source.text.count("\n") > 300] == []


def test_the_median_function_is_short() -> None:
    assert statistics.median(length(node) for source in sources() for node in functions(source)) <= 8


def test_a_view_has_at_most_twelve_lines() -> None:
    long = [
        f"{source.path}:{node.name}"
        for source in sources()
        for node in functions(source)
        if _is_view(node) and length(node) > 12
    ]
    assert long == []


def _is_view(node: Function) -> bool:
    called = [decorator.func for decorator in node.decorator_list if isinstance(decorator, ast.Call)]
    return any(isinstance(func, ast.Attribute) and func.attr in {"read", "write"} for func in called)


# Whoever commits besides the wrapper of a request: commands and workers, which have no request, and what must be
# counted although the answer is a refusal.
MAY_COMMIT = (
    "portal/web/routing.py",
    "portal/people/credentials.py",
    "portal/content/api/tokens.py",
    "portal/commands/",
    "portal/demo/",
    "portal/kernel/db.py",
    "portal/platform/search/engines/",
    "portal/features/documents/imports/",
)


def test_only_the_request_and_the_outermost_layer_commit() -> None:
    committing = {
        source.path
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    }
    assert [path for path in committing if not path.startswith(MAY_COMMIT)] == []


def test_the_clock_is_asked_in_one_place() -> None:
    asking = {
        source.path
        for source in sources()
        if re.search(r"\b(datetime|dt\.datetime|date|dt\.date)\.(now|utcnow|today)\(", source.text)
    }
    assert asking <= {"portal/kernel/clock.py"}


def test_services_know_neither_request_nor_environment() -> None:
    knowing = [
        source.path
        for source in sources()
        if source.path.endswith("services.py") and re.search(r"\bflask\b|os\.environ", source.text)
    ]
    assert knowing == []


def test_module_names_say_what_they_hold() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
    assert [path for path in PORTAL.rglob("*.py") if path.stem in vague] == []


def test_every_feature_has_the_same_files() -> None:
    missing = {
        feature.name: sorted({"views"} - {path.stem for path in feature.glob("*.py")})
        for feature in (PORTAL / "features").iterdir()
        if feature.is_dir() and feature.name != "__pycache__" and not (feature / "views.py").exists()
    }
    assert missing == {}


def test_templates_hold_no_inline_code_and_name_no_other_host() -> None:
    bad = re.compile(
        r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|https?://(?!www\.w3\.org)",
        re.IGNORECASE,
    )
    assert [str(path.relative_to(ROOT)) for path in TEMPLATES if bad.search(path.read_text("utf-8"))] == []


def test_html_is_trusted_in_two_templates_only() -> None:
    trusting = {
        str(path.relative_to(ROOT))
        for path in TEMPLATES
        if re.search(r"\|\s*safe\b", path.read_text("utf-8"))
    }
    assert trusting <= {"templates/ui/prose.html", "templates/documents/_preview.html"}


def test_markup_is_made_in_one_place_only() -> None:
    making = {source.path for source in sources() if re.search(r"\bMarkup\(", source.text)}
    assert making <= {"portal/features/documents/pages.py", "portal/web/i18n.py", "portal/web/fragments.py"}


def test_templates_are_short() -> None:
    assert [str(path) for path in TEMPLATES if path.read_text("utf-8").count("\n") > 200] == []
