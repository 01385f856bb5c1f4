"""Nobody reaches an item but through `platform/access.py`."""

from __future__ import annotations

import ast
import re

from portal import catalogue
from portal.platform.kinds import KINDS, register
from tests.architecture.sources import sources

RULE = re.compile(r"\breadable\(actor\)|\bREADABLE\b")
MODELS = {"Item", "Document", "Reply", "Profile"}

# Files that may name an item's class in `select(…)`, each for the reason given.
MAY_SELECT = {
    "portal/platform/access.py": "it is the rule",
    "portal/people/services.py": "a person's own profile row, found by user, for administrators and oneself",
    "portal/people/organisation.py": "keys only, of what was written in a department, for the index",
    "portal/content/indexing.py": "keys only; the rows come through access.unscoped",
    "portal/content/attachments/queries.py": "joined with readable() in the same statement, or of an attachment found so",
    "portal/content/replies/services.py": "counting the replies of an item that was found under the rule",
    "portal/content/replies/queries.py": "joined with readable() in the same statement",
    "portal/features/documents/queries.py": "joined with readable() in the same statement",
    "portal/content/writing.py": "the key of what the same author's same form has made",
    "portal/content/links.py": "joined with readable() in the same statement",
    "portal/content/notices/queries.py": "joined with readable() in the same statement",
    "portal/features/home/queries.py": "joined with readable() in the same statement",
    "portal/content/templates/queries.py": "joined with readable() in the same statement",
    "portal/content/cards.py": "joined with readable() in the same statement",
    "portal/content/verification/reminding.py": "keys only, of what is due; people are told through people_who_read",
    "portal/features/documents/binning/queries.py": "under the rule of the bin, in_bin(), and keys of what is to be purged",
    "portal/features/documents/binning/services.py": "keys only, of what is purged, and of what hangs on it",
    "portal/features/documents/merging/hangings.py": "what hangs on a document that was found under the rule",
    "portal/content/spaces/queries.py": "counts, with readable() in the same statement",
}


def test_items_are_selected_only_where_the_rule_is_applied() -> None:
    selecting = {
        source.path for source in sources() for node in ast.walk(source.tree) if _selects_items(node)
    }
    assert selecting <= set(MAY_SELECT)


def test_what_joins_the_rule_in_its_own_statement_really_does() -> None:
    joined = {path for path, reason in MAY_SELECT.items() if "readable()" in reason}
    texts = {source.path: source.text for source in sources()}
    assert [path for path in joined if not RULE.search(texts[path])] == []


def test_session_get_is_not_used() -> None:
    used = [
        f"{source.path}:{node.lineno}"
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get"
        and _name(node.func.value) in {"session", "opened", "db.session"}
    ]  # fmt: skip
    assert used == []


def test_unscoped_reads_are_for_work_that_shows_them_to_nobody() -> None:
    using = {source.path for source in sources() if "unscoped(" in source.text}
    assert (
        using
        <= {
            "portal/platform/access.py",
            "portal/content/indexing.py",
            "portal/content/templates/queries.py",  # installing what ships shows it to nobody
            "portal/content/attachments/reading.py",
            "portal/content/retired/scanning.py",  # told to those who keep it; everybody's figures go through columns()
            "portal/content/verification/reminding.py",
            "portal/content/must_reads/routine.py",  # each told to those whom the census names, and asked again by tell()
            "portal/demo/notices.py",  # as the worker's followers: told through tell()
            "portal/content/watching/following.py",  # told to those whom reach.people_who_read names, each asked by tell()
            "portal/content/watching/searches.py",  # as above
            "portal/features/documents/importing.py",
        }
    )


def test_every_kind_of_the_catalogue_is_complete() -> None:
    register(catalogue.KINDS)
    for kind in KINDS.values():
        assert kind.api.model_fields.keys() >= {"id", "kind", "title", "author", "version"}
        assert callable(kind.policy.audience)
        assert str(kind.label)


def _selects_items(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and _name(node.func) == "select"):
        return False
    named = (part for argument in node.args for part in ast.walk(argument) if isinstance(part, ast.Name))
    return any(part.id in MODELS for part in named)


def _name(node: ast.AST) -> str:
    return ast.unparse(node)
