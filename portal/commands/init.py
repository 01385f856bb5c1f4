"""`portal init`: everything an installation needs before it can be served. Run again it changes nothing."""

from __future__ import annotations

import click

from portal.commands.migrations import migrate, revisions
from portal.commands.speaking import plainly, settings
from portal.content.templates import shipped
from portal.factory import Portal
from portal.kernel import clock

KEYS = ("session", "audit")


@click.command("init")
@plainly
def command() -> None:
    """Create or migrate the database, the data folder and its keys."""
    known = settings()
    for folder in (known.data, known.uploads_path):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in KEYS:
        known.key(name)
    before, newest = revisions(known.url)
    migrate(known.url)
    portal = Portal(known)
    with portal.sessions.begin() as session:
        templates = shipped.install_where_possible(session, clock.now(), known.zone)
    done = "is up to date" if before == newest else f"was brought to revision {newest}"
    click.echo(f"The database {done}; data folder: {known.data}")
    if templates.added or templates.renewed:
        click.echo(f"Templates: {templates.added} added, {templates.renewed} renewed.")
