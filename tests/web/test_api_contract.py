"""The read API keeps what its description promises, whatever is sent: thousands of requests by Schemathesis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import schemathesis
from hypothesis import strategies
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from portal.kernel.paging import Cursor
from tests.builders import NOW
from tests.web.api_world import world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from tests.web.api_world import World

__all__ = ["world"]  # fixtures

CONFIG = """
seed = 1

[generation]
max-examples = 60
deterministic = true
"""
CURSORS = strategies.integers(1, 2**31 - 1).map(lambda number: Cursor((NOW, number)).encode())


@pytest.mark.slow
def test_every_answer_is_one_that_the_description_names(
    app: Flask, world: World, worker: Callable[[], int]
) -> None:
    worker()
    schemathesis.openapi.format("cursor", CURSORS)
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", app, config=SchemathesisConfig.from_str(CONFIG)
    )
    # Answers as they are: this client of Schemathesis unpacks nothing.
    schema.config.update(headers={"Authorization": f"Bearer {world.secret}", "Accept-Encoding": "identity"})
    sent, failures = 0, []
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            sent += len(event.recorder.interactions)
            failures += list(_failures(event))
    assert not failures, "\n\n".join(failures[:10])
    assert sent > 500


def _failures(event: events.ScenarioFinished) -> Iterator[str]:
    for case_id, checks in event.recorder.checks.items():
        for check in checks:
            if check.failure_info is not None and not _is_of_another_list(event, case_id, check.name):
                case = event.recorder.cases[case_id].value
                yield f"{check.name}: {case.as_curl_command()}\n{check.failure_info.failure}"


def _is_of_another_list(event: events.ScenarioFinished, case_id: str, check: str) -> bool:
    """A good cursor with another order than its own is refused, which no schema of single parameters can say."""
    response = event.recorder.interactions[case_id].response
    if check != "positive_data_acceptance" or response is None:
        return False
    return list(response.json()["errors"]) == ["cursor"]
