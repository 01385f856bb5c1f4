"""The five ways in which work can be refused. What they look like is decided in `web/errors.py` alone."""

from __future__ import annotations

from typing import Any


class PortalError(Exception):
    """Base of the five; `message` is for the person, already in their language when lazy text is given."""

    status = 500

    def __init__(self, message: object = "") -> None:
        super().__init__(str(message))
        self.message = message


class NotFoundError(PortalError):
    """There is no such thing for this person: absent and unreadable look the same."""

    status = 404


class ForbiddenError(PortalError):
    """The person may read this but not do that."""

    status = 403


class InvalidError(PortalError):
    """The input cannot be accepted.

    Args:
        message: a sentence for the person.
        fields: field name to the sentences about it.
    """

    status = 422

    def __init__(self, message: object = "", fields: dict[str, list[str]] | None = None) -> None:
        super().__init__(message)
        self.fields = fields or {}


class ConflictError(PortalError):
    """Somebody else saved first.

    Args:
        message: a sentence for the person.
        current: the item as it stands now, for comparing with what the person sent.
    """

    status = 409

    def __init__(self, message: object = "", current: Any = None) -> None:  # noqa: ANN401 - any kind's item
        super().__init__(message)
        self.current = current


class UnavailableError(PortalError):
    """Something the work needs cannot be had for the moment; trying again later is sensible."""

    status = 503
