"""Mail, with a real server: gathered, sent once, under the rights of the moment of sending; trouble loses nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from portal.content.notices import letters, outbox, sending, wishes
from portal.content.notices.models import DROPPED, FAILED, QUEUED, SENT, Mail, Notice
from portal.content.notices.wishes import DAILY, NEVER, NOW, WEEKLY, Wanted
from portal.features.documents import services as documents
from portal.kernel import clock
from portal.people import services as people
from portal.platform import mail as transport
from tests import builders
from tests.builders.notices import MINUTES, Postbox, postbox
from tests.builders.people import system

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from portal.config import Settings
    from portal.content.spaces.models import Space
    from portal.factory import Portal
    from portal.features.documents.models import Document
    from portal.kernel.actor import Actor
    from portal.people.models import User
    from portal.platform.mail import Letter
    from tests.builders.browser import Browser
    from tests.conftest import Moment

HOUR = dt.timedelta(hours=1)
DAY = 24 * HOUR


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as opened:
        yield opened


@pytest.fixture
def settings(settings: Settings, box: Postbox) -> Settings:
    return dataclasses.replace(
        settings,
        public_url="https://wiki.example.com/",
        smtp_host="127.0.0.1",
        smtp_port=box.port,
        smtp_security="none",
        smtp_from="知营 <portal@example.com>",
    )


@pytest.fixture
def work(portal: Portal, session: Session) -> Callable[[], None]:
    """What the worker does every half minute."""

    def once() -> None:
        session.commit()
        outbox.gather(portal.sessions, portal.settings, clock.now())
        sending.send(portal.sessions, portal.settings, clock.now())
        session.expire_all()

    return once


@pytest.fixture
def author(session: Session) -> User:
    return builders.person(session, "wangfang", "王芳", email="wangfang@example.com")


@pytest.fixture
def colleague(session: Session) -> User:
    return builders.person(session, "liming", "李明", email="liming@example.com")


@pytest.fixture
def space(session: Session) -> Space:
    return builders.space(session)


@pytest.fixture
def document(session: Session, author: User, space: Space) -> Document:
    return builders.document(session, author, space, "白炭黑分散不良的处理")


def want(session: Session, person: User, delivery: str, **more: Any) -> None:  # noqa: ANN401 - fields of a wish
    actor = builders.actor_of(session, person)
    wishes.choose(session, actor, Wanted({"replies": delivery}, **more))
    session.commit()


def states(session: Session) -> list[str]:
    return list(session.scalars(select(Mail.state).order_by(Mail.id)))


def test_ten_replies_make_one_mail_after_a_moment(
    work: Callable[[], None],
    box: Postbox,
    session: Session,
    colleague: User,
    document: Document,
    moment: Moment,
) -> None:
    for number in range(10):
        builders.reply(session, colleague, document, f"第 {number} 条")
    work()
    assert box.mails == []
    moment.advance(2 * MINUTES)
    work()
    work()
    assert box.subjects() == ["知营有 10 条新通知"]
    assert box.texts()[0].count("李明回复了您的《白炭黑分散不良的处理》") == 10
    assert states(session) == [SENT]


def test_a_mail_says_what_happened_in_the_readers_language_and_how_to_stop(
    work: Callable[[], None], box: Postbox, session: Session, author: User, colleague: User, document: Document,
    moment: Moment,
) -> None:  # fmt: skip
    people.choose(session, builders.actor_of(session, author), locale="en")
    reply = builders.reply(session, colleague, document)
    moment.advance(2 * MINUTES)
    work()
    mail = box.mails[0]
    assert mail["Subject"] == "李明 replied to your “白炭黑分散不良的处理”"
    assert mail["To"] == "王芳 <wangfang@example.com>"
    assert mail["From"] == "知营 <portal@example.com>"
    assert f"https://wiki.example.com/items/{reply.id}" in box.texts()[0]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<https://wiki.example.com/mail/stops/")
    assert mail["Auto-Submitted"] == "auto-generated"
    html = mail.get_body(("html",))
    assert html is not None
    assert f'href="https://wiki.example.com/items/{reply.id}"' in html.get_content()


def test_what_was_read_in_the_portal_is_not_mailed(
    work: Callable[[], None], box: Postbox, client: Browser, session: Session, colleague: User, document: Document,
    moment: Moment,
) -> None:  # fmt: skip
    builders.reply(session, colleague, document)
    client.sign_in("wangfang").post(f"/items/{document.id}/readings")
    moment.advance(2 * MINUTES)
    work()
    assert box.mails == []


@pytest.mark.parametrize("delivery", [NOW, DAILY])
def test_access_lost_between_event_and_mail_leaves_nothing(
    work: Callable[[], None], box: Postbox, portal: Portal, session: Session, author: User, colleague: User,
    document: Document, moment: Moment, delivery: str,
) -> None:  # fmt: skip
    want(session, colleague, delivery)
    first = builders.reply(session, colleague, document)
    builders.reply(session, author, document, parent=first)
    session.commit()
    moment.advance(DAY)
    # The mail is made already when the access is lost.
    outbox.gather(portal.sessions, portal.settings, clock.now())
    documents.withdraw(session, builders.actor_of(session, author), document)
    work()
    assert [mail["To"] for mail in box.mails if "liming" in mail["To"]] == []
    assert DROPPED in states(session)


def test_only_what_may_still_be_read_is_named_and_counted(
    work: Callable[[], None], box: Postbox, session: Session, author: User, colleague: User, space: Space,
    document: Document, moment: Moment,
) -> None:  # fmt: skip
    other = builders.document(session, author, space, "底价与返利")
    for each in (document, other):
        first = builders.reply(session, colleague, each)
        builders.reply(session, author, each, parent=first)
    session.commit()
    documents.withdraw(session, builders.actor_of(session, author), other)
    moment.advance(2 * MINUTES)
    work()
    to_colleague = [mail for mail in box.mails if "liming" in mail["To"]]
    assert [str(mail["Subject"]) for mail in to_colleague] == [
        "王芳回应了您在《白炭黑分散不良的处理》下的回复"
    ]
    assert "底价" not in "".join(text for text in box.texts() if "李明，您有" in text)


def test_somebody_who_left_gets_no_mail(
    work: Callable[[], None], box: Postbox, session: Session, author: User, colleague: User, document: Document,
    moment: Moment,
) -> None:  # fmt: skip
    builders.reply(session, colleague, document)
    people.deactivate(session, system(), author)
    moment.advance(2 * MINUTES)
    work()
    assert box.mails == []


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "America/New_York"])
def test_a_day_has_one_digest_with_what_happened_before_its_hour(
    portal: Portal, box: Postbox, session: Session, author: User, colleague: User, document: Document,
    moment: Moment, zone: str,
) -> None:  # fmt: skip
    settings = dataclasses.replace(portal.settings, timezone=zone)
    want(session, author, DAILY, hour=8)
    midnight = dt.datetime(2026, 11, 12, tzinfo=settings.zone).astimezone(dt.UTC)
    happenings = [
        midnight + offset for offset in (-2 * HOUR, -MINUTES, MINUTES, 7.5 * HOUR, 8.5 * HOUR, 23 * HOUR)
    ]
    while moment.now < midnight + 3 * DAY:
        while happenings and happenings[0] <= moment.now:
            happenings.pop(0)
            builders.reply(session, colleague, document)
        session.commit()
        outbox.gather(portal.sessions, settings, moment.now)
        outbox.gather(portal.sessions, settings, moment.now)
        sending.send(portal.sessions, settings, moment.now)
        moment.advance(15 * MINUTES)
    assert box.subjects() == ["知营日报：4 条通知", "知营日报：2 条通知"]
    days = session.scalars(select(Mail.key).order_by(Mail.id)).all()
    assert days == [f"daily:{author.id}:2026-11-12", f"daily:{author.id}:2026-11-13"]
    sent = session.scalars(select(Mail.sent_at).order_by(Mail.id)).all()
    assert [at.astimezone(settings.zone).hour for at in sent if at] == [8, 8]


def test_digests_keep_their_hour_where_clocks_change(portal: Portal, moment: Moment) -> None:
    settings = dataclasses.replace(portal.settings, timezone="America/New_York")
    moment.now = dt.datetime(2026, 10, 31, 12, 30, tzinfo=dt.UTC)
    ends = set()
    for _step in range(4 * 24 * 4):
        moment.advance(15 * MINUTES)
        ends.add(outbox.daily_end(settings, Wanted(hour=8), moment.now))
    local = sorted(end.astimezone(settings.zone) for end in ends)
    assert [(end.day, end.hour) for end in local] == [(31, 8), (1, 8), (2, 8), (3, 8)]


def test_a_week_has_one_digest_on_its_day(
    portal: Portal,
    box: Postbox,
    session: Session,
    author: User,
    colleague: User,
    document: Document,
    moment: Moment,
) -> None:
    want(session, author, WEEKLY, hour=9, weekday=4)
    for _hour in range(24 * 15):
        if moment.now.hour == 3:
            builders.reply(session, colleague, document)
        session.commit()
        outbox.gather(portal.sessions, portal.settings, moment.now)
        sending.send(portal.sessions, portal.settings, moment.now)
        moment.advance(HOUR)
    assert box.subjects() == ["知营周报：2 条通知", "知营周报：7 条通知"]
    sent = session.scalars(select(Mail.sent_at)).all()
    assert {at.astimezone(portal.settings.zone).weekday() for at in sent if at} == {4}


def test_a_server_that_is_away_delays_and_loses_nothing(
    work: Callable[[], None], box: Postbox, portal: Portal, session: Session, colleague: User, document: Document,
    moment: Moment, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    builders.reply(session, colleague, document)
    moment.advance(2 * MINUTES)
    session.commit()
    outbox.gather(portal.sessions, portal.settings, moment.now)
    away = dataclasses.replace(portal.settings, smtp_port=1)
    for _try in range(20):
        sending.send(portal.sessions, away, moment.now)
        moment.advance(2 * MINUTES)
    waiting = session.scalars(select(Mail)).one()
    assert (waiting.state, waiting.attempts) == (QUEUED, 0)
    assert waiting.error
    work()
    assert len(box.mails) == 1
    del monkeypatch


def test_a_server_that_hangs_up_is_asked_again(
    work: Callable[[], None],
    box: Postbox,
    session: Session,
    colleague: User,
    document: Document,
    moment: Moment,
) -> None:
    box.hangs_up = True
    builders.reply(session, colleague, document)
    moment.advance(2 * MINUTES)
    work()
    assert states(session) == [QUEUED]
    box.hangs_up = False
    work()
    assert box.mails == []
    moment.advance(2 * MINUTES)
    work()
    assert len(box.mails) == 1


def test_a_slow_server_is_waited_for_within_reason(
    work: Callable[[], None], box: Postbox, session: Session, colleague: User, document: Document, moment: Moment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(transport, "PATIENCE_S", 0.2)
    box.waits_s = 1.0
    builders.reply(session, colleague, document)
    moment.advance(2 * MINUTES)
    work()
    assert states(session) == [QUEUED]
    box.waits_s = 0.0
    moment.advance(2 * MINUTES)
    work()
    assert states(session) == [SENT]


def test_a_refused_address_fails_alone_and_for_good(
    work: Callable[[], None],
    box: Postbox,
    session: Session,
    colleague: User,
    document: Document,
    moment: Moment,
) -> None:
    box.refuses = "550 no such mailbox"
    builders.reply(session, colleague, document)
    moment.advance(2 * MINUTES)
    work()
    failed = session.scalars(select(Mail)).one()
    assert (failed.state, failed.error) == (FAILED, "550 no such mailbox")


def test_a_mail_that_cannot_be_written_keeps_none_of_the_others_and_is_given_up(
    work: Callable[[], None], session: Session, author: User, colleague: User, document: Document,
    moment: Moment, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    whole, author_id = letters.write, author.id

    def write(settings: Settings, reader: Actor, *more: Any) -> Letter:  # noqa: ANN401 - as it is
        if reader.user_id == author_id:
            raise ValueError("a sentence without its value")
        return whole(settings, reader, *more)

    monkeypatch.setattr(letters, "write", write)
    answer = builders.reply(session, colleague, document)
    builders.reply(session, author, document, parent=answer)
    moment.advance(2 * MINUTES)
    work()
    assert sorted(states(session)) == [QUEUED, SENT]
    for _day in range(6 * 24):
        moment.advance(HOUR)
        work()
    assert sorted(states(session)) == [FAILED, SENT]


def test_a_mail_that_is_put_off_is_tried_ever_later_and_given_up_in_the_end(
    work: Callable[[], None],
    box: Postbox,
    session: Session,
    colleague: User,
    document: Document,
    moment: Moment,
) -> None:
    box.refuses = "451 greylisted"
    builders.reply(session, colleague, document)
    moment.advance(2 * MINUTES)
    work()
    first = session.scalars(select(Mail)).one()
    assert first.due_at == moment.now + sending.PAUSES[0]
    for _day in range(6 * 24):
        moment.advance(HOUR)
        work()
    last = session.scalars(select(Mail)).one()
    assert (last.state, last.attempts) == (FAILED, len(sending.PAUSES) + 1)


def test_killed_after_sending_the_mail_comes_again_with_the_same_number(
    portal: Portal, work: Callable[[], None], box: Postbox, session: Session, colleague: User, document: Document,
    moment: Moment, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    builders.reply(session, colleague, document)
    moment.advance(2 * MINUTES)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "_finish", _die)
        with pytest.raises(KeyboardInterrupt):
            work()
    work()
    assert len(box.mails) == 1
    moment.advance(sending.CLAIM)
    work()
    assert [mail["Message-ID"] for mail in box.mails] == [box.mails[0]["Message-ID"]] * 2
    assert states(session) == [SENT]
    del portal


def test_killed_while_gathering_nothing_is_lost(
    work: Callable[[], None], box: Postbox, session: Session, colleague: User, document: Document, moment: Moment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    builders.reply(session, colleague, document)
    moment.advance(2 * MINUTES)
    begin = outbox._begin
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_begin", lambda *given: begin(*given) and _die())
        with pytest.raises(KeyboardInterrupt):
            work()
    assert states(session) == []
    work()
    assert len(box.mails) == 1


def _die(*_arguments: object, **_named: object) -> object:
    raise KeyboardInterrupt


def test_nothing_that_was_typed_makes_a_header(portal: Portal, moment: Moment) -> None:
    wanted = transport.Letter("k", "a@example.com", "李\r\nBcc: x@evil", "S\nBcc: y@evil\u2028z", "text")
    message = transport.compose(portal.settings, wanted, moment.now)
    assert message["Bcc"] is None
    again = bytes(message).split(b"\r\n\r\n", 1)[0]
    assert b"\r\nBcc" not in again
    for wrong in ("a@b\r\nBcc: c@d", "a b@c", "<a@b>", "a@b,c@d", ""):
        with pytest.raises(transport.RefusedError):
            transport.compose(portal.settings, dataclasses.replace(wanted, to=wrong), moment.now)


def test_one_click_stops_without_signing_in_and_looking_does_not(
    work: Callable[[], None], box: Postbox, client: Browser, session: Session, author: User, colleague: User,
    document: Document, moment: Moment,
) -> None:  # fmt: skip
    builders.reply(session, colleague, document)
    moment.advance(2 * MINUTES)
    work()
    path = "/mail" + re.sub(r"[<>]", "", box.mails[0]["List-Unsubscribe"]).split("/mail", 1)[1]
    page = client.get(path).text
    assert "对我所写内容的回复" in page, page
    assert wishes.of(session, author.id).delivery("replies") == NOW
    session.commit()
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert wishes.of(session, author.id).delivery("replies") == NEVER
    assert wishes.of(session, author.id).delivery("mentions") == NOW
    assert client.post(path[:-3] + "abc").status_code == 404
    builders.reply(session, colleague, document)
    moment.advance(DAY)
    work()
    assert len(box.mails) == 1


def test_what_gathered_while_one_wanted_no_mail_is_not_sent_afterwards(
    work: Callable[[], None], box: Postbox, session: Session, author: User, colleague: User, document: Document,
    moment: Moment,
) -> None:  # fmt: skip
    want(session, author, NEVER)
    builders.reply(session, colleague, document)
    moment.advance(HOUR)
    work()
    want(session, author, NOW)
    work()
    assert box.mails == []
    builders.reply(session, colleague, document)
    moment.advance(HOUR)
    work()
    assert box.subjects() == ["李明回复了您的《白炭黑分散不良的处理》"]


def test_the_page_of_wishes_keeps_them(client: Browser, session: Session, author: User, box: Postbox) -> None:
    session.commit()
    client.sign_in("wangfang")
    assert "wangfang@example.com" in client.get("/settings/notices").text
    chosen = {"group_replies": WEEKLY, "group_mentions": NEVER, "hour": "18", "weekday": "2"}
    missing = client.post("/settings/notices", data={"hour": "25"})
    assert missing.status_code == 422
    every = re.findall(r'name="(group_\w+)"', client.get("/settings/notices").text)
    data = dict.fromkeys(every, DAILY) | chosen
    assert client.post("/settings/notices", data=data).status_code == 302
    wanted = wishes.of(session, author.id)
    assert (wanted.delivery("replies"), wanted.hour, wanted.weekday) == (WEEKLY, 18, 2)
    del box


def test_old_notices_and_mails_are_forgotten_unread_ones_are_kept(
    portal: Portal, work: Callable[[], None], client: Browser, session: Session, colleague: User, document: Document,
    moment: Moment,
) -> None:  # fmt: skip
    builders.reply(session, colleague, document)
    moment.advance(2 * MINUTES)
    work()
    client.sign_in("wangfang").post(f"/items/{document.id}/readings")
    moment.advance(outbox.KEPT_READ - DAY)
    builders.reply(session, colleague, document)
    session.commit()
    moment.advance(2 * DAY)
    outbox.tidy(portal.sessions, portal.settings, moment.now)
    assert len(session.scalars(select(Notice)).all()) == 1
    assert session.scalars(select(Mail)).all() == []


def test_long_lists_are_cut(portal: Portal, session: Session, author: User) -> None:
    from portal.content.notices.queries import Heard  # noqa: PLC0415

    told = [
        Heard(n, "reply.received", {}, "", clock.now(), None, "李明", 1, "document", "题", 1)
        for n in range(60)
    ]
    letter = letters.write(
        portal.settings, builders.actor_of(session, author), told, "k", NOW, ("王芳", "a@b")
    )
    assert "另有 10 条" in letter.text
