"""Links in mails that end something with one click and without signing in: signed, and good for nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from itsdangerous import BadSignature, URLSafeSerializer

from portal.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.config import Settings

SALT = "stop by mail"
GROUPS, FOLLOW = "groups", "follow"


def stop_groups(settings: Settings, user_id: int, groups: Sequence[str]) -> str:
    """Address that ends the mails of some groups of events."""
    return _address(settings, [GROUPS, user_id, *groups])


def stop_following(settings: Settings, user_id: int, follow_id: int) -> str:
    """Address that ends the following of one thing."""
    return _address(settings, [FOLLOW, user_id, follow_id])


def read(settings: Settings, token: str) -> tuple[str, int, list[str]]:
    """What a link is for, whose it is, and what it names.

    Raises:
        NotFoundError: the portal has not signed it.
    """
    try:
        what, user_id, *names = _serializer(settings).loads(token)
    except (BadSignature, ValueError, TypeError) as error:
        raise NotFoundError from error
    return str(what), int(user_id), [str(name) for name in names]


def _address(settings: Settings, said: list[object]) -> str:
    return f"{settings.public_url.rstrip('/')}/mail/stops/{_serializer(settings).dumps(said)}"


def _serializer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(settings.key("session"), salt=SALT)
