"""What a mail says: the notices of one person, in their language, as text and as plain HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader

from portal.config import ROOT
from portal.content.notices import sentences, stops
from portal.content.notices.events import EVENTS
from portal.content.notices.wishes import DAILY, WEEKLY
from portal.kernel.messages import _l
from portal.platform.mail import Letter
from portal.web.addresses import local_path
from portal.web.i18n import speak_in, speaking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.config import Settings
    from portal.content.notices.queries import Heard
    from portal.kernel.actor import Actor

MOST_LINES = 50

_templates = Environment(
    loader=FileSystemLoader(ROOT / "templates"), autoescape=True, extensions=["jinja2.ext.i18n"]
)
speak_in(_templates)


@dataclass(frozen=True, slots=True)
class Line:
    """One notice in a mail. `stop_url` ends the following that it came of, where it came of one."""

    text: str
    reason: str
    url: str
    stop_url: str


def write(
    settings: Settings, reader: Actor, told: Sequence[Heard], key: str, delivery: str, to: tuple[str, str]
) -> Letter:  # fmt: skip
    """The letter of some notices.

    Args:
        settings: of the installation.
        reader: whose mail it is; decides the language.
        told: the notices, at least one, all readable.
        key: of the mail.
        delivery: at once or a digest.
        to: name and address.
    """
    groups = sorted({EVENTS[each.event].group.name for each in told if each.event in EVENTS})
    stop_url = stops.stop_groups(settings, reader.user_id, groups)
    with speaking(reader.locale):
        subject = _subject(told, delivery)
        values = {
            "subject": subject,
            "name": reader.name,
            "lines": [_line(settings, reader, each) for each in told[:MOST_LINES]],
            "more": max(0, len(told) - MOST_LINES),
            "groups": str(_l(", ")).join(
                str(EVENTS[each.event].group.label) for each in _first_of_groups(told)
            ),
            "inbox_url": _absolute(settings, "/inbox"),
            "settings_url": _absolute(settings, "/settings/notices"),
            "stop_url": stop_url,
            "language": "en" if reader.locale == "en" else "zh-CN",
        }
        html = _templates.get_template("mail/letter.html").render(values)
        text = _text(values)
    headers = {"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return Letter(key, to[1], to[0], subject, text, html, headers)


def _subject(told: Sequence[Heard], delivery: str) -> str:
    number = len(told)
    if delivery == DAILY:
        return str(_l("Your day on Zhiying: %(num)d notices", num=number))
    if delivery == WEEKLY:
        return str(_l("Your week on Zhiying: %(num)d notices", num=number))
    return (
        sentences.sentence(told[0]) if number == 1 else str(_l("%(num)d new notices on Zhiying", num=number))
    )


def _line(settings: Settings, reader: Actor, told: Heard) -> Line:
    path = local_path(told.path) or (f"/items/{told.item_id}" if told.item_id else "/inbox")
    follow = told.data.get("follow")
    stop_url = stops.stop_following(settings, reader.user_id, follow) if isinstance(follow, int) else ""
    return Line(sentences.sentence(told), sentences.reason(told), _absolute(settings, path), stop_url)


def _first_of_groups(told: Sequence[Heard]) -> list[Heard]:
    first = {EVENTS[each.event].group.name: each for each in reversed(told) if each.event in EVENTS}
    return [first[name] for name in sorted(first)]


def _absolute(settings: Settings, path: str) -> str:
    return settings.public_url.rstrip("/") + path


def _text(values: dict[str, object]) -> str:
    """The same without HTML."""
    lines = values["lines"]
    assert isinstance(lines, list)  # noqa: S101 - made above
    parts = [str(_l("%(name)s, there is news for you:", name=values["name"])), ""]
    for line in lines:
        parts += [f"- {line.text}", *([f"  {line.reason}"] if line.reason else []), f"  {line.url}"]
        if line.stop_url:
            parts.append("  " + str(_l("Stop following this: %(url)s", url=line.stop_url)))
        parts.append("")
    if values["more"]:
        parts += [str(_l("And %(num)d more in your inbox.", num=values["more"])), ""]
    parts += [
        str(_l("Your inbox: %(url)s", url=values["inbox_url"])),
        str(_l("Choose what comes by mail: %(url)s", url=values["settings_url"])),
        str(_l("Stop these mails (%(groups)s): %(url)s", groups=values["groups"], url=values["stop_url"])),
    ]
    return "\n".join(parts) + "\n"
