"""Input of the page on which one chooses how to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField

from portal.content.notices.events import groups
from portal.content.notices.wishes import DAILY, NEVER, NOW, WEEKLY, Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

DELIVERIES = [
    (NOW, _l("At once")),
    (DAILY, _l("Once a day")),
    (WEEKLY, _l("Once a week")),
    (NEVER, _l("No mail")),
]
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
WEEKDAYS = [
    (0, _l("Monday")), (1, _l("Tuesday")), (2, _l("Wednesday")), (3, _l("Thursday")), (4, _l("Friday")),
    (5, _l("Saturday")), (6, _l("Sunday")),
]  # fmt: skip
PREFIX = "group_"


class WishForm(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """A delivery for each group, the hour of digests, the day of the weekly one."""

    hour = SelectField(_l("Digests come at"), coerce=int, choices=lambda: HOURS)
    weekday = SelectField(_l("The weekly one on"), coerce=int, choices=lambda: WEEKDAYS)

    @classmethod
    def of(cls, wanted: Wanted | None) -> WishForm:
        """The form with a field for each group in use; filled when it is to be shown, not when it was sent."""
        fields = {
            PREFIX + group.name: SelectField(str(group.label), choices=lambda: DELIVERIES)
            for group in groups()
        }
        made: Any = type("GroupedWishForm", (cls,), fields)
        return made(formdata=None, **_data(wanted)) if wanted else made()  # type: ignore[no-any-return]

    def to_wish(self) -> Wanted:
        """What was chosen."""
        choices = {
            field.name.removeprefix(PREFIX): field.data for field in self if field.name.startswith(PREFIX)
        }
        return Wanted(choices, self.hour.data, self.weekday.data)


def _data(wanted: Wanted) -> Mapping[str, Any]:
    deliveries = {PREFIX + group.name: wanted.delivery(group.name) for group in groups()}
    return {"hour": wanted.hour, "weekday": wanted.weekday, **deliveries}
