"""`portal demo`: the demo company, loaded once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress

from portal.commands.speaking import open_portal, plainly
from portal.demo import loading
from portal.demo.organisation import PASSWORD
from portal.kernel import clock
from portal.kernel.db import reading

if TYPE_CHECKING:
    import datetime as dt

    from portal.factory import Portal


@click.command("demo")
@click.option("--who", is_flag=True, help="Only say whom to sign in or act as.")
@click.option("--json", "as_json", is_flag=True, help="Say it in JSON.")
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), help="The day on which the company is to look current."
)
@plainly
def command(*, who: bool, as_json: bool, today: dt.datetime | None) -> None:
    """Load the demo company once, or say who is in it."""
    if who:
        _say_who(as_json=as_json)
        return
    portal = open_portal()
    with reading(), portal.sessions() as session:
        present = loading.is_there(session)
    if present:
        click.echo("The demo company is already there.")
    else:
        _load(portal, today.date() if today else clock.now().astimezone(portal.settings.zone).date())
    for name, username, role in loading.invite(portal.sessions, portal.settings.data):
        click.echo(f"  {username:<10} {name}  {role}")
    click.echo(f"Everybody signs in with the password {PASSWORD}")


def _say_who(*, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(loading.WHO))
        return
    for role, name in loading.WHO.items():
        click.echo(f"{role:<10} {name}")


def _load(portal: Portal, today: dt.date) -> None:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("Preparing the demo company")
        made = loading.load(
            portal.sessions,
            portal.settings,
            today,
            lambda done, total: progress.update(bar, completed=done, total=total),
        )
    click.echo(
        f"The demo company is loaded: {made.people} people, {made.spaces} spaces, {made.documents} documents, "
        f"{made.replies} replies, {made.readings} readings."
    )
