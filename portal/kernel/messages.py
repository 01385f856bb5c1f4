"""Sentences for people that are translated when shown, without knowing by what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_translate: list[Callable[[str], str]] = [lambda key: key]


def install(translate: Callable[[str], str]) -> None:
    """Say how a sentence is translated; `web/i18n.py` does so with the request's language."""
    _translate[0] = translate


@dataclass(frozen=True, slots=True)
class Message:
    """An English sentence, the key of its translations, with named values for its `%(placeholders)s`."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        text = _translate[0](self.key)
        return text % self.values if self.values else text


def _l(key: str, **values: object) -> Message:
    """Mark a sentence for the catalogues; translated each time it is turned into text."""
    return Message(key, values)
