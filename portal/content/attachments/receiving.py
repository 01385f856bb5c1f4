"""Files of a request: taken in before the database is asked, and what is said of each afterwards."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.content.attachments import storing
from portal.kernel.errors import InvalidError
from portal.web.context import item_url, settings
from portal.web.flashing import offer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from portal.content.attachments.services import Attached
    from portal.content.attachments.storing import Refused, Taken


@contextmanager
def received() -> Iterator[list[Taken | Refused]]:
    """The files of a request, taken in; when what follows fails, nothing of them stays.

    Raises:
        InvalidError: none was sent.
    """
    sent = [file for file in request.files.getlist("files") if file.filename]
    if not sent:
        raise InvalidError(_("Choose a file first."))
    root = settings().uploads_path
    taken = storing.take_in(sent, root)
    try:
        yield taken
    except BaseException:
        storing.give_up(root, taken)
        raise


def settle(files: Sequence[Taken | Refused], done: Sequence[Attached]) -> list[dict[str, Any]]:
    """What became of each file, for the script; and nothing stays of what was there already."""
    told, made = [], iter(done)
    for file in files:
        if isinstance(file, storing.Refused):
            told.append({"name": file.name, "error": str(file.sentence)})
            continue
        attached = next(made)
        if attached.outcome == "same":
            storing.give_up(settings().uploads_path, [file])
        told.append(_told(attached))
    return told


def _told(attached: Attached) -> dict[str, Any]:
    attachment = attached.attachment
    return {
        "id": attachment.id,
        "name": attachment.title,
        "outcome": attached.outcome,
        "version": attachment.version,
        "url": item_url("attachment", attachment.id),
        "deletion_url": url_for("attachments.remove", item_id=attachment.id),
    }


def say(told: Sequence[dict[str, Any]]) -> None:
    """Say what became of files, with the way back from a version that took another's place."""
    added = sum(one.get("outcome") == "added" for one in told)
    if added:
        offer(ngettext("%(num)s file attached.", "%(num)s files attached.", added))
    for one in told:
        if "error" in one:
            offer(f"{one['name']}: {one['error']}", category="error")
        elif one["outcome"] == "replaced":
            back = url_for("attachments.go_back", item_id=one["id"], number=one["version"] - 1)
            offer(_("“%(name)s” is now at version %(n)s.", name=one["name"], n=one["version"]), back)
        elif one["outcome"] == "same":
            offer(_("“%(name)s” is already here, byte for byte.", name=one["name"]), category="info")
