"""Who and what the tests of templates are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal.kernel.actor import MEMBER, PUBLISHER
from tests import builders
from tests.builders import templates as build

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.content.spaces.models import Space
    from portal.content.templates.models import Template
    from portal.people.models import User
    from tests.builders.browser import Browser


@pytest.fixture
def keeper(session: Session) -> User:
    return builders.person(session, "linyue", "林悦", roles=frozenset({MEMBER, PUBLISHER}))


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session, "lina", "李娜", department=builders.department(session, "华北大区"))


@pytest.fixture
def space(session: Session) -> Space:
    return builders.space(session)


@pytest.fixture
def visits(session: Session, keeper: User) -> Template:
    return build.template(session, keeper)


@pytest.fixture
def browser(session: Session, author: User, space: Space, visits: Template, client: Browser) -> Browser:
    del space, visits
    session.commit()
    return client.sign_in(author.username)
