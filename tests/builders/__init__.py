"""What tests are made of: plain functions with fixed values, which go through the product's own services."""

from __future__ import annotations

from tests.builders.documents import document, reply
from tests.builders.moments import NOW
from tests.builders.people import actor_of, department, person, post, root, token
from tests.builders.recording import queries
from tests.builders.spaces import space, space_of

__all__ = [
    "NOW", "actor_of", "department", "document", "person", "post", "queries", "reply", "root", "space", "space_of",
    "token",
]  # fmt: skip
