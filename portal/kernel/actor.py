"""Who acts: the person, their rights and the moment, gathered once per request, command or job."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

READER = "reader"
MEMBER = "member"
PUBLISHER = "publisher"
TRAINER = "trainer"
ADMINISTRATOR = "administrator"
ROLES = (READER, MEMBER, PUBLISHER, TRAINER, ADMINISTRATOR)

EVERYONE = "all"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at work. `tokens` is what decides reading (see `platform/access.py`).

    Args:
        user_id: key of the user's row; 0 stands for the portal itself.
        username: name to sign in with.
        name: name to show.
        roles: roles of use, from `ROLES`.
        tokens: access tokens such as `all`, `user:9`, `dept:3`, `post:rep`, `dept:3+post:rep`, `space:2`,
            `editors:2`.
        edits: keys of the spaces this person edits.
        reviewed: keys of the spaces in which this person publishes only after review.
        department_id: key of the person's department, None for the portal itself.
        now: the moment at which they act (aware, UTC).
        zone: time zone in which their days begin.
        locale: language of the interface, `zh_Hans_CN` or `en`.
        theme: `light`, `dark` or `auto`.
    """

    user_id: int
    username: str
    name: str
    roles: frozenset[str]
    tokens: frozenset[str]
    edits: frozenset[int]
    department_id: int | None
    now: dt.datetime
    zone: ZoneInfo
    locale: str = "zh_Hans_CN"
    theme: str = "auto"
    reviewed: frozenset[int] = frozenset()

    @property
    def is_admin(self) -> bool:
        """Whether this person administers people, departments and spaces."""
        return ADMINISTRATOR in self.roles

    @property
    def is_member(self) -> bool:
        """Whether this person may write at all; readers may not."""
        return bool(self.roles & {MEMBER, PUBLISHER, TRAINER, ADMINISTRATOR})

    @property
    def today(self) -> dt.date:
        """The day it is for this person."""
        return self.now.astimezone(self.zone).date()

    def at(self, moment: dt.datetime) -> Actor:
        """The same person at another moment."""
        return replace(self, now=moment)
