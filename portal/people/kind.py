"""The declaration of the kind `person`."""

from __future__ import annotations

from portal.kernel.messages import _l
from portal.people import policy
from portal.people.models import Profile
from portal.platform.kinds import Kind, SearchMap
from portal.web.schemas import ItemOut


class PersonOut(ItemOut):
    """A person: the title is the name, the body what they say of themselves."""

    body: str


def _names(profile: Profile) -> str:
    return profile.names


KIND = Kind(
    name="person",
    plural="people",
    label=_l("Person"),
    model=Profile,
    policy=policy,
    api=PersonOut,
    page="people.by_item",
    search=SearchMap(names=_names),
)
