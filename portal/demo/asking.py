"""What people of the demo company have to sign, what they asked each other, and which answers they accepted."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from portal.content.manuscripts import prepare
from portal.content.must_reads import services as must_reads
from portal.content.must_reads.services import Demand
from portal.content.questions import services as questions
from portal.content.replies import services as replies
from portal.demo.organisation import Organisation
from portal.demo.source import FOLDER, Company, shift
from portal.demo.writings import Written
from portal.features.documents import services as documents
from portal.features.documents.services import DocumentInput

if TYPE_CHECKING:
    from collections.abc import Iterable

    from portal.content.must_reads.models import MustRead
    from portal.features.documents.models import Document

Facts = dict[str, Any]
FIRST_SIGNS, NEXT_SIGNS, A_DAY = dt.timedelta(minutes=50), dt.timedelta(hours=1, minutes=47), 5
THANKS = dt.timedelta(hours=20)


def play(
    session: Session, company: Company, made: Organisation, written: Written, today: dt.date, zone: ZoneInfo
) -> None:
    """Let it all happen, each at its moment."""
    facts = tomllib.loads((FOLDER / "asking.toml").read_text("utf-8"))
    player = _Player(session, company, made, written, shift(company.facts["reference_date"], today), zone)
    for asked in facts["question"]:
        player.question(asked)
    for accepted in facts["accepted"]:
        player.accept(accepted)
    for demanded in facts["must_read"]:
        player.must_read(demanded)
    session.flush()


@dataclass(frozen=True, slots=True)
class _Player:
    session: Session
    company: Company
    made: Organisation
    written: Written
    moved: dt.timedelta
    zone: ZoneInfo

    def at(self, written: dt.datetime) -> dt.datetime:
        """A moment of the folder."""
        return (written + self.moved).replace(tzinfo=self.zone).astimezone(dt.UTC)

    def question(self, facts: Facts) -> None:
        """Somebody asks, others reply, one reply may be accepted."""
        asker = self.made.actors[facts["author"]]
        text = prepare(facts["title"], facts["body"] + "\n", facts["tags"])
        wanted = DocumentInput(text, self.made.spaces[facts["space"]].id, is_question=True)
        moment = self.at(facts["at"])
        document = documents.create(self.session, asker.at(moment), wanted)
        documents.publish(self.session, asker.at(moment), document)
        for each in facts.get("reply", []):
            self._reply(document, each, asker_name=facts["author"])

    def _reply(self, document: Document, facts: Facts, asker_name: str) -> None:
        moment = self.at(facts["at"])
        author = self.made.actors[facts["author"]].at(moment)
        reply = replies.reply(self.session, author, document, prepare("", facts["body"] + "\n"))
        if facts.get("accepted"):
            asker = self.made.actors[asker_name].at(self._not_later(moment + THANKS))
            questions.accept(self.session, asker, document, reply)

    def accept(self, facts: Facts) -> None:
        """Whoever asked accepts a reply of the folder."""
        document = self.written.documents[facts["document"]]
        reply = self.written.replies[facts["document"], facts["reply"]]
        asker = next(actor for actor in self.made.actors.values() if actor.user_id == document.author_id)
        moment = self._not_later((reply.published_at or self.company.end) + THANKS)
        questions.accept(self.session, asker.at(moment), document, reply)

    def must_read(self, facts: Facts) -> None:
        """Somebody asks people to sign; they do, and do again after a change that matters."""
        document = self.written.documents[facts["document"]]
        moment = self.at(facts["asked"])
        due = (dt.datetime.combine(facts["due"], dt.time()) + self.moved).date()
        wanted = Demand(due, self.made.tokens(facts["audience"]), facts["note"])
        demanded = must_reads.demand(self.session, self.made.actors[facts["by"]].at(moment), document, wanted)
        self._sign(demanded, document, facts["signed"], moment)
        if "change" in facts:
            self._change(demanded, document, facts["change"])

    def _change(self, demanded: MustRead, document: Document, facts: Facts) -> None:
        moment = self.at(facts["at"])
        tags = next(
            each.tags for each in self.company.documents if self.written.documents[each.key] is document
        )
        body = document.body.replace(facts["old"], facts["new"])
        text = replace(prepare(document.title, body, tags, facts["note"]), is_material=True)
        wanted = DocumentInput(
            text, document.space_id or 0, frozenset(each.token for each in document.grants)
        )
        documents.edit(
            self.session, self.made.actors[facts["by"]].at(moment), document, wanted, document.version
        )
        self._sign(demanded, document, facts["signed"], moment)

    def _sign(self, demanded: MustRead, document: Document, names: Iterable[str], begin: dt.datetime) -> None:
        for place, name in enumerate(names):
            moment = self._not_later(self._office_hour(begin, place))
            must_reads.sign(
                self.session, self.made.actors[name].at(moment), demanded, document, document.version
            )

    def _office_hour(self, begin: dt.datetime, place: int) -> dt.datetime:
        """When somebody signs who does so as the nth: a few on each day, in the order of the folder."""
        days, hour = divmod(place, A_DAY)
        morning = begin.astimezone(self.zone).replace(hour=9, minute=8) + days * dt.timedelta(days=1)
        return max(begin + FIRST_SIGNS, morning + hour * NEXT_SIGNS)

    def _not_later(self, moment: dt.datetime) -> dt.datetime:
        return min(moment, self.company.end)
