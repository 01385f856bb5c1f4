"""Who is told of a reply: whoever it names, answers, or whose text it stands under; each once, for the nearest reason.

All of them get a notice of the same key, so the first reason stands. Those who follow the document hear of it later, from
the timeline, if they have not by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.content.mentions.services import announce_in_reply
from portal.content.notices.services import Told, tell
from portal.content.questions.events import ANSWERED as QUESTION_ANSWERED
from portal.content.replies import events
from portal.content.replies.models import Reply
from portal.content.watching.queries import stopped
from portal.content.watching.services import follow_by_itself
from portal.platform.access import items

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.kernel.actor import Actor
    from portal.platform.items import Item


def tell_of_reply(session: Session, actor: Actor, reply: Reply, holder: Item) -> None:
    """Tell of a new reply; its author follows the conversation from now on."""
    announce_in_reply(session, actor, reply)
    gone, key = stopped(session, holder.id), f"reply:{reply.id}"
    if reply.parent_id:
        answered = session.scalars(items(actor, Reply).where(Reply.id == reply.parent_id)).first()
        to = {answered.author_id} - gone if answered else set()
        tell(session, actor, to, Told(events.ANSWERED, reply, key))
    received = QUESTION_ANSWERED if holder.is_question else events.RECEIVED
    tell(session, actor, {holder.author_id} - gone, Told(received, reply, key))
    follow_by_itself(session, actor, holder.id)
