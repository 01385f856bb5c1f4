"""The portal's own source files, parsed once for all rules."""

from __future__ import annotations

import ast
import functools
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "portal"
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Source(NamedTuple):
    """One Python file: its path below the root, its text and its tree."""

    path: str
    text: str
    tree: ast.Module


@functools.lru_cache(maxsize=1)
def sources() -> tuple[Source, ...]:
    """Every Python file of the portal."""
    found = []
    for path in sorted(PORTAL.rglob("*.py")):
        text = path.read_text("utf-8")
        found.append(Source(str(path.relative_to(ROOT)), text, ast.parse(text)))
    return tuple(found)


def functions(source: Source) -> list[Function]:
    """Every function and method of a file."""
    return [node for node in ast.walk(source.tree) if isinstance(node, Function)]


def length(node: Function) -> int:
    """Lines of a function's body without its docstring."""
    body = node.body
    if (
        isinstance(body[0], ast.Expr)
        and isinstance(body[0].value, ast.Constant)
        and isinstance(body[0].value.value, str)
    ):
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
