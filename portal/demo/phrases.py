"""Wordings that the demo company has retired, and how far they are cleared."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from portal.content import actors
from portal.content.retired import scanning, services
from portal.content.retired.checking import recheck
from portal.content.retired.models import Finding
from portal.content.retired.services import PhraseInput
from portal.platform.jobs import DONE, Job

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.config import Settings
    from portal.kernel.actor import Actor

PUBLISHER = "linyue"
PHRASES = (
    (9, PhraseInput("现场服务", "驻场技术支持", "十一月起服务更名，合同与报价一律用新名称。")),
    (3, PhraseInput("去年同期", "上年同期", "对外材料的统计用语与财务口径一致。")),
)
EXCUSE = "引用客户原话，保留。"


def retire(session: Session, settings: Settings, end: dt.datetime) -> None:
    """Retire the wordings some days before the company's last one; one text may keep it."""
    for days, wanted in PHRASES:
        publisher = actors.by_username(session, PUBLISHER, end - dt.timedelta(days=days), settings.zone)
        if publisher is not None:
            _retire(session, publisher, wanted)


def _retire(session: Session, publisher: Actor, wanted: PhraseInput) -> None:
    phrase = services.retire(session, publisher, wanted)
    for item, data in scanning.with_data(session, scanning.everything()):
        if item.kind != scanning.PERSON:
            recheck(session, item, data, publisher.now)
    session.execute(update(Job).where(Job.id == phrase.job_id).values(state=DONE))
    scanning.finish(session, publisher, phrase.id)
    first = session.scalar(select(Finding).where(Finding.phrase_id == phrase.id).order_by(Finding.item_id))
    if first:
        first.excuse, first.excused_by, first.excused_at = EXCUSE, publisher.user_id, publisher.now
