"""`portal user`: people, from the command line of whoever runs the installation."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import click
from sqlalchemy import select

from portal.commands.speaking import open_portal, plainly
from portal.content import actors
from portal.content.templates import shipped
from portal.kernel import clock
from portal.kernel.actor import ADMINISTRATOR, MEMBER, ROLES
from portal.kernel.errors import NotFoundError
from portal.people import organisation, queries, services
from portal.people.models import COMPANY, Department, Post, User

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from portal.factory import Portal
    from portal.kernel.actor import Actor

PASSWORD_BYTES = 9


@click.group("user")
def command() -> None:
    """Add people, set passwords, end access."""


def _password_options(command: Callable[..., None]) -> Callable[..., None]:
    asked = click.option("--ask", is_flag=True, help="Ask for the password instead of making one up.")
    return click.option("--password", help="The password; others may see it in the list of processes.")(
        asked(command)
    )


@command.command("add")
@click.argument("username")
@click.option("--name", required=True, help="Name to show.")
@click.option("--email", default="")
@click.option(
    "--department", default="", help="Code or name of the department; the company itself if not given."
)
@click.option("--post", default="", help="Code of the post, e.g. rep.")
@click.option("--manager", default="", help="Who they report to, by the name that one signs in with.")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="May be given several times.")
@_password_options
@plainly
def add(  # noqa: PLR0913 - each option of the command arrives as an argument
    *, username: str, name: str, email: str, department: str, post: str, manager: str, roles: tuple[str, ...],
    password: str | None, ask: bool,
) -> None:  # fmt: skip
    """Add somebody who signs in as USERNAME."""
    portal = open_portal()
    chosen = _password(password, ask=ask)
    with portal.sessions.begin() as session:
        system = _system(portal)
        wanted = services.PersonInput(
            username=username.strip().lower(),
            name=name.strip(),
            email=email.strip(),
            department_id=_department(session, system, department).id,
            post_id=_post(session, post),
            manager_id=_user(session, manager).id if manager else None,
            roles=frozenset(roles or (MEMBER,)),
        )
        services.add_person(session, system, wanted, chosen)
        if ADMINISTRATOR in wanted.roles:
            shipped.install_where_possible(session, clock.now(), portal.settings.zone)
    click.echo(f"{name} signs in as {wanted.username}.")
    _show(chosen, is_known=bool(password) or ask)


@command.command("password")
@click.argument("username")
@_password_options
@plainly
def password(username: str, password: str | None, *, ask: bool) -> None:
    """Set a new password; all sign-ins and tokens of the person end."""
    portal = open_portal()
    chosen = _password(password, ask=ask)
    with portal.sessions.begin() as session:
        services.set_password(session, _system(portal), _user(session, username), chosen)
    click.echo(f"{username} has a new password; everything they were signed in with has ended.")
    _show(chosen, is_known=bool(password) or ask)


@command.command("deactivate")
@click.argument("username")
@plainly
def deactivate(username: str) -> None:
    """End somebody's access at once; all they wrote stays."""
    portal = open_portal()
    with portal.sessions.begin() as session:
        services.deactivate(session, _system(portal), _user(session, username))
    click.echo(f"{username} has no access any more; what they wrote stays.")


def _system(portal: Portal) -> Actor:
    return actors.system(clock.now(), portal.settings.zone)


def _password(given: str | None, *, ask: bool) -> str:
    if ask:
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return given or secrets.token_urlsafe(PASSWORD_BYTES)


def _show(chosen: str, *, is_known: bool) -> None:
    if not is_known:
        click.echo(f"Password, shown once: {chosen}")


def _user(session: Session, username: str) -> User:
    try:
        return queries.user(session, username.strip().lower())
    except NotFoundError as error:
        raise click.ClickException(f"There is nobody who signs in as {username!r}.") from error


def _post(session: Session, code: str) -> int | None:
    if not code:
        return None
    found = session.scalar(select(Post.id).where(Post.code == code))
    if found is None:
        known = ", ".join(post.code for post in queries.posts(session)) or "none yet"
        raise click.ClickException(f"There is no post {code!r}. There are: {known}")
    return found


def _department(session: Session, system: Actor, wanted: str) -> Department:
    """The department of a code or name; the company, which is made when there is none yet."""
    if wanted:
        found = session.scalars(
            select(Department).where((Department.code == wanted) | (Department.name == wanted))
        ).all()
        if len(found) != 1:
            raise click.ClickException(
                f"There is {'no' if not found else 'more than one'} department {wanted!r}."
            )
        return found[0]
    root = session.scalar(select(Department).where(Department.parent_id.is_(None)).order_by(Department.id))
    return root or organisation.add_department(session, system, "公司", COMPANY, None)
