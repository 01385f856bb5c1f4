"""What the templates of questions are given."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.content import tags
from portal.content.presenting import here, neighbours, shown
from portal.content.questions import policy, queries, services, similar
from portal.content.reach import people_who_read
from portal.content.spaces.queries import readable_spaces
from portal.kernel.messages import Message, _l
from portal.people import queries as people
from portal.platform.items import Item
from portal.web.context import engine, item_url, person_url
from portal.web.database import session
from portal.web.i18n import locale
from portal.web.identity import actor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.content.questions.knowing import Reason
    from portal.content.questions.queries import Asked

SHOWN_CANDIDATES = 8
TABS: Mapping[str, Message] = {
    queries.OPEN: _l("Without an accepted answer"),
    queries.WITHOUT_REPLY: _l("Without any reply"),
    queries.FOR_ME: _l("For me"),
    queries.MINE: _l("Mine"),
    queries.ANSWERED: _l("Answered"),
}


def around(item: Item) -> dict[str, Any] | None:
    """What the page of a question says besides its text; None for what asks nothing."""
    if not item.is_question:
        return None
    asked = queries.asked(session(), actor(), item)
    own = next((each for each in asked if each.user_id == actor().user_id), None)
    base = f"/questions/{item.id}"
    return {
        "accepted_id": item.accepted_id,
        "may_accept": policy.may_accept(actor(), item),
        "may_ask_others": policy.may_ask_others(actor(), item, is_asked=own is not None),
        "is_asked": own is not None and own.passed_at is None and item.accepted_id is None,
        "asked": [_asked(each) for each in asked],
        "people_url": f"{base}/people",
        "passing_url": f"{base}/passing",
        "reopening_url": f"{base}/reopening",
    }


def _asked(each: Asked) -> dict[str, Any]:
    return {
        "name": each.name,
        "url": person_url(each.username),
        "by": each.by_name,
        "passed": each.passed_at is not None,
        "reason": reason_text(each.reason),
    }


def reason_text(reason: Reason) -> str:
    """What somebody has contributed, in figures; empty when the reader may read none of it."""
    parts = []
    if reason.documents:
        parts.append(ngettext("%(num)d document", "%(num)d documents", reason.documents))
    if reason.accepted:
        parts.append(ngettext("%(num)d accepted answer", "%(num)d accepted answers", reason.accepted))
    if reason.replies > reason.accepted:
        parts.append(ngettext("%(num)d reply", "%(num)d replies", reason.replies - reason.accepted))
    return str(_(", ")).join(parts)


def index() -> dict[str, Any]:
    """A list of questions with its neighbours and filters."""
    spaces = {space.key: space for space in session().scalars(readable_spaces(actor()))}
    space, tag = spaces.get(request.args.get("space", "")), request.args.get("tag", "").strip()
    further = [Item.space_id == space.id] if space else []
    further += [tags.tagged(tag)] if tag else []
    tab = request.args.get("tab", queries.OPEN)
    tab = tab if tab in TABS else queries.OPEN
    page = queries.page(session(), actor(), tab, request.args.get("cursor"), further)
    counts = queries.counts(session(), actor(), further)
    return {
        "tab": tab,
        "tabs": [(str(label), _turned(key), key == tab, counts[key]) for key, label in TABS.items()],
        # Where all of them are the same, nobody has to be told of each.
        "cards": [replace(card, is_question=tab == queries.MINE) for card in shown(page.rows)],
        "page": neighbours(page),
        "spaces": [("", _("All spaces")), *((key, each.label(locale())) for key, each in spaces.items())],
        "space": space.key if space else "",
        "tag": tag,
        "tag_choices": [name for name, _count in tags.counted(session(), actor(), limit=60)],
        "new_url": url_for("asking.new", space=space.key if space else None) if actor().is_member else "",
    }


def _turned(tab: str) -> str:
    return here(tab=None if tab == queries.OPEN else tab, cursor=None)


def similar_to(typed: str) -> dict[str, Any]:
    """What has been asked or written before, while somebody types."""
    questions, documents = similar.find(session(), actor(), engine(), typed)
    cards = shown([each.card for each in questions])
    return {
        "questions": [
            {"card": card, "answer": each.answer, "is_answered": each.card.accepted_id is not None}
            for each, card in zip(questions, cards, strict=True)
        ],
        "documents": shown(documents),
        "typed": typed,
    }


def people_page(question: Item, error: str = "") -> dict[str, Any]:
    """Whom one may ask, those first who may know."""
    asked = queries.asked(session(), actor(), question)
    waiting = {each.user_id for each in asked if each.passed_at is None}
    possible = people_who_read(session(), question) - {question.author_id} - waiting - {actor().user_id}
    persons = {person.id: person for person in people.directory(session()) if person.id in possible}
    ranked = services.candidates(session(), actor(), question)
    return {
        "document": {"title": question.title, "url": item_url(question.kind, question.id)},
        "candidates": [
            {
                "id": user_id,
                "name": persons[user_id].name,
                "department": persons[user_id].department,
                "url": person_url(persons[user_id].username),
                "reason": reason_text(reason),
            }
            for user_id, reason in ranked
            if user_id in persons
        ][:SHOWN_CANDIDATES],
        "choices": [
            ("", ""),
            *((p.id, f"{p.name}（{p.username}）· {p.department}") for p in persons.values()),
        ],
        "is_asked": actor().user_id in waiting,
        "action_url": url_for("questions.ask", item_id=question.id),
        "error": error,
    }
