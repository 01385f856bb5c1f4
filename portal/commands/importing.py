"""`portal import`: files, folders and zips become documents of a space."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from portal.commands.speaking import acting, open_portal, plainly
from portal.content.spaces.policy import may_write
from portal.content.spaces.queries import find_space
from portal.features.documents.importing import Importer, Outcome, Status
from portal.features.documents.imports.jobs import estimate
from portal.features.documents.imports.reasons import sentence
from portal.kernel.db import reading
from portal.kernel.errors import ForbiddenError, NotFoundError
from portal.platform.extraction import walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.factory import Portal

STYLES = {Status.IMPORTED: "green", Status.UPDATED: "cyan", Status.UNCHANGED: "dim", Status.SKIPPED: "yellow"}


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--space", "space_key", required=True, help="Short name of the space, e.g. market.")
@click.option("--author", required=True, help="Who imports, by the name they sign in with.")
@plainly
def command(paths: tuple[Path, ...], space_key: str, author: str) -> None:
    """Import PATHS (txt, md, html, docx, pdf, folders, zips) into a space and publish them.

    The same file is never imported twice; a changed one becomes a new version.
    """
    portal = open_portal()
    # What becomes of each file is in the table; the trace of one that failed would tear the progress bar apart.
    logging.getLogger("portal").setLevel(logging.CRITICAL)
    outcomes = _import(_importer(portal, space_key, author), paths)
    _tell(outcomes)
    raise SystemExit(0 if any(outcome.status is not Status.SKIPPED for outcome in outcomes) else 1)


def _importer(portal: Portal, space_key: str, author: str) -> Importer:
    """Look before the first file is read whether the author may write there at all."""
    with reading(), portal.sessions() as session:
        actor = acting(portal, session, author)
        try:
            space = find_space(session, actor, space_key)
        except NotFoundError as error:
            raise click.ClickException(f"There is no space {space_key!r} that {author} may see.") from error
        if not may_write(actor, space):
            raise ForbiddenError(f"{author} may not write in the space {space_key!r}.")
        return Importer(portal.sessions, portal.settings.zone, actor.user_id, space.id)


def _import(importer: Importer, paths: Sequence[Path]) -> list[Outcome]:
    columns = (TextColumn("Importing"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    outcomes: list[Outcome] = []
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("", total=estimate(paths))
        for outcome in importer.each(walk(paths)):
            outcomes.append(outcome)
            progress.update(bar, completed=len(outcomes), description=outcome.name[-50:])
    return outcomes


def _tell(outcomes: Sequence[Outcome]) -> None:
    console = Console()
    if outcomes:
        console.print(_table(outcomes))
    counts = Counter(outcome.status for outcome in outcomes)
    console.print(
        ", ".join(f"{counts[status]} {status}" for status in Status) if outcomes else "There were no files."
    )


def _table(outcomes: Sequence[Outcome]) -> Table:
    table = Table("File", "Result", "Reason", show_edge=False, pad_edge=False)
    for outcome in outcomes:
        reason = str(sentence(outcome.reason, outcome.details)) if outcome.reason else ""
        shown = f"[{STYLES[outcome.status]}]{outcome.status}[/]"
        table.add_row(escape(outcome.name), shown, escape(reason))
    return table
