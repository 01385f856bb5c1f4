"""The declaration of the kind `attachment`."""

from __future__ import annotations

from portal.content.attachments import policy
from portal.content.attachments.models import Attachment
from portal.kernel.messages import _l
from portal.platform.kinds import Kind, SearchMap
from portal.web.schemas import ItemOut


class AttachmentOut(ItemOut):
    """A file: `holder_id` is the item it belongs to, None as long as that is not saved; `body` its text."""

    body: str
    holder_id: int | None


KIND = Kind(
    name="attachment",
    plural="attachments",
    label=_l("Attachment"),
    model=Attachment,
    policy=policy,
    api=AttachmentOut,
    page="attachments.show",
    search=SearchMap(is_plain=True),
    verbs={
        "attached": _l("%(actor)s attached %(title)s"),
        "replaced": _l("%(actor)s uploaded a new version of %(title)s"),
        "detached": _l("%(actor)s removed the attachment %(title)s"),
        "reattached": _l("%(actor)s brought the attachment %(title)s back"),
    },
)
