"""The declaration of the kind `reply`."""

from __future__ import annotations

from portal.content.replies import policy
from portal.content.replies.models import Reply
from portal.kernel.messages import _l
from portal.platform.kinds import Kind
from portal.web.schemas import ItemOut


class ReplyOut(ItemOut):
    """A reply: `holder_id` is the item it stands under, `parent_id` the reply it answers."""

    body: str
    holder_id: int
    parent_id: int | None


KIND = Kind(
    name="reply",
    plural="replies",
    label=_l("Reply"),
    model=Reply,
    policy=policy,
    api=ReplyOut,
    page="replies.show",
    verbs={
        "replied": _l("%(actor)s replied to %(title)s"),
        "deleted": _l("%(actor)s deleted a reply to %(title)s"),
    },
)
