"""`portal index`: the search index as seen by whoever looks after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress

from portal.commands.leading import bring_up_to_date, lead_now
from portal.commands.speaking import open_portal, plainly
from portal.content import indexing
from portal.kernel.db import reading
from portal.platform.search import queue
from portal.platform.search.engine import IndexDamaged, digest

if TYPE_CHECKING:
    from portal.factory import Portal

SHOWN = 10


@click.group("index")
def command() -> None:
    """Rebuild, verify or look at the search index."""


@command.command("rebuild")
@plainly
def rebuild() -> None:
    """Build the index anew from the database; searching goes on meanwhile."""
    portal = open_portal()
    with reading(), portal.sessions() as session:
        total = indexing.count(session)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("Building the index", total=total)
        done = portal.follower.rebuild(lambda number: progress.update(bar, completed=number))
    click.echo(f"The index was built anew: {done} items.")


@command.command("verify")
@plainly
def verify() -> None:
    """Compare the index with the database, item by item; exit code 1 if they differ."""
    portal = open_portal()
    bring_up_to_date(portal)
    wrong = differences(portal)
    if wrong:
        listed = ", ".join(map(str, wrong[:SHOWN])) + (" …" if len(wrong) > SHOWN else "")
        raise click.ClickException(f"{len(wrong)} items differ ({listed}). Run: portal index rebuild")
    click.echo("The index agrees with the database.")


@command.command("status")
@plainly
def status() -> None:
    """How far the index is, and who looks after it."""
    portal = open_portal()
    with reading(), portal.sessions() as session:
        newest, total = queue.last(session), indexing.count(session)
    with lead_now(portal.settings.data) as is_free:
        worker = "no worker is running" if is_free else "a worker is running"
    click.echo(f"engine    {portal.settings.search_engine} in {portal.settings.index_path}")
    click.echo(f"items     {_entries(portal)} in the index, {total} in the database")
    click.echo(f"changes   {portal.engine.cursor()} of {newest} are in the index")
    click.echo(f"worker    {worker}")


def differences(portal: Portal) -> list[int]:
    """Items that the index lacks, has too many of, or knows otherwise than the database does."""
    stored = {item_id: fingerprint for item_id, _version, fingerprint in portal.engine.stored()}
    with reading(), portal.sessions() as session:
        wanted = {entry.item_id: digest(entry) for entry in indexing.everything(session)}
    return sorted(
        item_id for item_id in stored.keys() | wanted.keys() if stored.get(item_id) != wanted.get(item_id)
    )


def _entries(portal: Portal) -> int:
    try:
        return sum(1 for _ in portal.engine.stored())
    except IndexDamaged:
        return 0
