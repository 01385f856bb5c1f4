"""What commands have in common: opening the installation, and saying what went wrong in a sentence."""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError

from portal import config
from portal.factory import Portal
from portal.kernel.errors import PortalError
from portal.platform.search.engine import IndexBusy, IndexDamaged

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from portal.config import Settings
    from portal.kernel.actor import Actor

P = ParamSpec("P")
T = TypeVar("T")

_NOT_SET_UP = ("no such table", "no such column", "undefinedtable", "undefinedcolumn", "does not exist")


def plainly(call: Callable[P, T]) -> Callable[P, T]:
    """Turn what can be expected to go wrong into one sentence and exit code 1."""

    @functools.wraps(call)
    def spoken(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return call(*args, **kwargs)
        except PortalError as error:
            raise click.ClickException(_refusal(error)) from error
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(database_trouble(error)) from error
        except ArgumentError as error:
            raise click.ClickException(f"PORTAL_DATABASE_URL cannot be used: {error}") from error
        except IndexDamaged as error:
            raise click.ClickException(f"{error}. Run: portal index rebuild") from error
        except IndexBusy as error:
            raise click.ClickException(
                "Another process is writing the search index. Try again in a moment."
            ) from error
        except OSError as error:
            raise click.ClickException(
                f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
            ) from error

    return spoken


def open_portal() -> Portal:
    """The installation that the environment describes; the libraries' chatter stays out of the terminal."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    return Portal(settings())


def settings() -> Settings:
    """The settings, or a sentence about the one that does not fit."""
    try:
        found = config.read()
        _ = found.zone
    except (ValueError, KeyError) as error:
        raise click.ClickException(str(error).strip("'")) from error
    return found


def acting(portal: Portal, session: Session, username: str) -> Actor:
    """Somebody by the name they sign in with.

    Raises:
        click.ClickException: there is no such person, or their access has ended.
    """
    actor = portal.actor(session, username)
    if actor is None:
        raise click.ClickException(f"There is nobody with access who signs in as {username!r}.")
    return actor


def database_trouble(error: Exception) -> str:
    """Why the database did not answer."""
    text = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    if any(sign in text.lower() for sign in _NOT_SET_UP):
        return f"The database is not set up ({text}). Run: portal init"
    return f"The database does not answer: {text}"


def _refusal(error: PortalError) -> str:
    texts = [text for texts in getattr(error, "fields", {}).values() for text in texts]
    known = {
        403: "This person may not do that.",
        404: "There is no such thing, or this person may not see it.",
    }
    return " ".join(filter(None, [str(error.message), *texts])) or known.get(
        error.status, "That could not be done."
    )
