"""Hashing is slow on purpose; tests prove the logic around it with the cheapest hash there is."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from portal.people import credentials


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setattr(credentials, "_dummy", [])
