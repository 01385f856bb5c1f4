"""Lists of people by the hundred. They are read whole, in pinyin order, and shown in numbered pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.people.queries import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal.people.models import Department

ON_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Slice:
    """One page of people with the addresses of its neighbours."""

    rows: Sequence[Person]
    previous_url: str | None
    next_url: str | None


def chosen(tree: Sequence[tuple[Department, int]], wanted: str | None) -> Department | None:
    """The department whose key stands in the address, when there is such a one."""
    return next((department for department, _depth in tree if str(department.id) == wanted), None)


def slice_of(people: Sequence[Person], wanted: str | None, turned: Callable[[int], str]) -> Slice:
    """One page of a list.

    Args:
        people: the whole list.
        wanted: number of the page as it stands in the address; anything odd means the first.
        turned: address of a page by its number.
    """
    last = max(1, -(-len(people) // ON_A_PAGE))
    number = int(wanted) if wanted and wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else 1  # noqa: PLR2004
    number = min(max(number, 1), last)
    rows = people[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    return Slice(
        rows, turned(number - 1) if number > 1 else None, turned(number + 1) if number < last else None
    )
