"""Saving a document by a template, through its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from portal.content.spaces.models import Space
    from portal.content.templates.models import Template
    from tests.builders.browser import Browser


def save(
    browser: Browser,
    space: Space,
    visits: Template,
    path: str = "/documents",
    **sent: Any,  # noqa: ANN401 - fields of a form
) -> TestResponse:
    basic = {
        "title": "", "body": "正文", "space": space.id, "template": visits.id, "template_version": 1,
        "field-customer": "北辰轮胎", "action": "publish",
    }  # fmt: skip
    return browser.post(path, data=basic | sent)
