"""Who retires wordings, who has used them, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.kernel.actor import MEMBER, PUBLISHER
from tests import builders

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.people.models import User


@pytest.fixture
def publisher(session: Session) -> User:
    return builders.person(session, "linyue", "林悦", roles=frozenset({MEMBER, PUBLISHER}))


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳")


@pytest.fixture
def space(session: Session, publisher: User) -> Space:
    return builders.space(session, editors=[publisher])
