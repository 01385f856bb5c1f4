"""Who vouches for what in the demo company: every state is there, and what somebody has left behind."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from portal.content import actors
from portal.content.manuscripts import prepare
from portal.content.verification import acts, services, weeks
from portal.content.verification.services import Plan, Seen
from portal.demo.source import FOLDER
from portal.features.documents import services as documents
from portal.features.documents.services import DocumentInput
from portal.people import services as people

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.config import Settings
    from portal.content.spaces.models import Space
    from portal.content.verification.models import VerificationAct
    from portal.demo.organisation import Organisation
    from portal.demo.source import Company
    from portal.demo.writings import Written
    from portal.features.documents.models import Document
    from portal.kernel.actor import Actor
    from portal.people.models import User

DAY = dt.timedelta(days=1)
Facts = Mapping[str, Any]


def vouch(
    session: Session, settings: Settings, company: Company, made: Organisation, written: Written
) -> None:
    """Let it all happen in the order of time, each act by its own person."""
    facts = tomllib.loads((FOLDER / "verification.toml").read_text("utf-8"))
    keeping = _Keeping(session, settings, company, made, written)
    leaver = keeping.hire(facts["leaver"])
    deeds = [(fact, keeping.verify) for fact in facts["verified"]]
    deeds += [(fact, keeping.change) for fact in facts["changed"]]
    deeds += [(fact, keeping.doubt) for fact in facts["doubted"]]
    for fact, deed in sorted(deeds, key=lambda pair: -pair[0]["ago"]):
        deed(fact)
    for fact in facts["rules"]:
        keeping.rule(fact)
    people.deactivate(session, actors.system(company.end, settings.zone), leaver)


class _Keeping:
    """Calls the services."""

    def __init__(
        self, session: Session, settings: Settings, company: Company, made: Organisation, written: Written
    ) -> None:
        self.session, self.settings, self.company = session, settings, company
        self.made, self.written = made, written
        self.limits = weeks.limits(settings)
        self.others: dict[str, User] = {}

    def hire(self, facts: Facts) -> User:
        """Somebody who was here until lately."""
        system = actors.system(self.company.end - DAY * facts["since"], self.settings.zone)
        department = self.made.departments[facts["department"]]
        wanted = people.PersonInput(facts["username"], facts["name"], "", department.id, None)
        self.others[facts["username"]] = people.add_person(self.session, system, wanted)
        return self.others[facts["username"]]

    def verify(self, facts: Facts) -> None:
        """Somebody vouches for a document, and keeps it unless another is named."""
        document = self._document(facts)
        planner = self._author(document, facts)
        actor = self._actor(facts["by"], facts) if "by" in facts else planner
        named = facts.get("keeper", "")
        keeper = None if named == "editors" else self._user(named).id if named else actor.user_id
        act = acts.begin(self.session, planner, "planned")
        plan = Plan(actor.user_id, facts["days"])
        services.plan(self.session, planner, document, plan, self.limits, act)
        turn = acts.row_of(self.session, document).turn
        self._verify(actor, document, Seen(document.version, turn, note=facts.get("note", "")))
        if keeper != actor.user_id:
            services.plan(self.session, planner, document, Plan(keeper, facts["days"]), self.limits, act)
        acts.close(self.session, planner, act)

    def _verify(self, actor: Actor, document: Document, seen: Seen) -> None:
        act: VerificationAct = acts.begin(self.session, actor, "verified")
        services.verify(self.session, actor, document, seen, self.limits, act)
        acts.close(self.session, actor, act)

    def change(self, facts: Facts) -> None:
        """Somebody else adds to what was verified."""
        document, actor = self._document(facts), self._actor(facts["by"], facts)
        tags = next(each.tags for each in self.company.documents if each.key == facts["document"])
        manuscript = prepare(document.title, document.body + facts["add"], tags, facts["note"])
        readers = frozenset(grant.token for grant in document.grants)
        wanted = DocumentInput(manuscript, document.space_id or 0, readers)
        documents.edit(self.session, actor, document, wanted, document.version)

    def doubt(self, facts: Facts) -> None:
        """A reader finds something that is no longer right."""
        actor = self._actor(facts["by"], facts)
        act = acts.begin(self.session, actor, "doubted")
        services.doubt(self.session, actor, self._document(facts), facts["reason"], act)
        acts.close(self.session, actor, act)

    def rule(self, facts: Facts) -> None:
        """What a space wants of all its documents; the worker plans them."""
        space: Space = self.made.spaces[facts["space"]]
        system = actors.system(self.company.end, self.settings.zone)
        services.set_rule(self.session, system, space, facts["days"], facts["keeper"])

    def _document(self, facts: Facts) -> Document:
        return self.written.documents[facts["document"]]

    def _author(self, document: Document, facts: Facts) -> Actor:
        username = next(name for name, user in self.made.users.items() if user.id == document.author_id)
        return self._actor(username, facts)

    def _user(self, username: str) -> User:
        return self.others.get(username) or self.made.users[username]

    def _actor(self, username: str, facts: Facts) -> Actor:
        moment = self.company.end - DAY * facts["ago"]
        found = actors.load(self.session, self._user(username).id, moment, self.settings.zone)
        assert found is not None  # noqa: S101 - was made active above
        return found
