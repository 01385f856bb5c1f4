"""Uploads on the page: taken in, read by the worker, told of, and removed."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from portal.commands.worker import handlers
from portal.features.documents.imports.jobs import Kept, estimate
from portal.features.documents.models import Document
from portal.platform import jobs
from portal.platform.jobs import Job
from tests import builders

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

    from portal.factory import Portal
    from tests.builders.browser import Browser

GOOD = "安泰电缆料配方\n\n电缆料的填充量与体积电阻率的关系，写在这里。"


@pytest.fixture
def browser(portal: Portal, client: Browser) -> Browser:
    with portal.sessions.begin() as session:
        author = builders.person(session, "liming")
        builders.space(session, editors=[author], is_open=False)
        builders.person(session, "wanghua", "王华")
    return client.sign_in("liming")


def upload(browser: Browser, *files: tuple[str, bytes], space: str = "handbook") -> TestResponse:
    sent: dict[str, Any] = {"space": space, "files": [(io.BytesIO(content), name) for name, content in files]}
    return browser.post("/imports", data=sent, content_type="multipart/form-data")


def work(portal: Portal, *, stopping: bool = False) -> bool:
    return jobs.run_next(portal.sessions, handlers(portal, lambda: stopping))


def kept(portal: Portal) -> list[Path]:
    return sorted(portal.settings.uploads_path.iterdir())


def archive(*texts: str) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as package:
        for number, text in enumerate(texts):
            package.writestr(f"资料/{number}.txt", text)
    return whole.getvalue()


def test_the_form_offers_the_spaces_one_may_write_in(browser: Browser) -> None:
    page = browser.get("/imports/new?space=handbook").get_data(as_text=True)
    assert 'value="handbook"' in page
    assert 'action="/imports"' in page
    assert "handbook" not in browser.sign_in("wanghua").get("/imports/new").get_data(as_text=True)


def test_an_upload_is_read_by_the_worker(portal: Portal, browser: Browser) -> None:
    answer = upload(browser, ("报告.txt", GOOD.encode()), ("坏的.docx", b"PK\x03\x04 broken"))
    assert (answer.status_code, len(kept(portal))) == (302, 2)
    assert not [path for path in kept(portal) if "报告" in path.name]
    assert "hx-get" in browser.get(answer.location).get_data(as_text=True)
    assert work(portal)
    page = browser.get(answer.location, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert ("<html" in page, "hx-get" in page) == (False, False)
    with portal.sessions() as session:
        document = session.scalars(select(Document)).one()
        assert (document.source_name, document.title) == ("报告.txt", "安泰电缆料配方")
        assert f"/documents/{document.id}" in page
    assert "坏的.docx" in page
    assert kept(portal) == []


def test_nothing_chosen_is_told(portal: Portal, browser: Browser) -> None:
    answer = browser.post("/imports", data={"space": "handbook"}, content_type="multipart/form-data")
    assert answer.status_code == 422
    with portal.sessions() as session:
        assert session.scalars(select(Job)).all() == []


def test_whoever_may_not_write_leaves_nothing_behind(portal: Portal, browser: Browser) -> None:
    browser.sign_in("wanghua")
    assert upload(browser, ("报告.txt", GOOD.encode())).status_code == 403
    assert upload(browser, ("报告.txt", GOOD.encode()), space="nowhere").status_code == 404
    assert kept(portal) == []


def test_an_import_is_its_owners(portal: Portal, browser: Browser) -> None:
    address = upload(browser, ("报告.txt", GOOD.encode())).location
    assert browser.sign_in("wanghua").get(address).status_code == 404
    with portal.sessions.begin() as session:
        other = jobs.submit(session, builders.actor_of(session, "wanghua"), "something else")
        address = f"/imports/{other.id}"
    assert browser.get(address).status_code == 404


def test_a_stopped_import_goes_on_where_it_was(portal: Portal, browser: Browser) -> None:
    answer = upload(browser, ("资料.zip", archive(GOOD, GOOD + "二", GOOD + "三")))
    assert work(portal, stopping=True)
    assert "hx-get" in browser.get(answer.location).get_data(as_text=True)
    assert len(kept(portal)) == 1
    assert work(portal)
    with portal.sessions() as session:
        names = session.scalars(select(Document.source_name).order_by(Document.id)).all()
        job = session.scalars(select(Job)).one()
    assert names == ["资料.zip/资料/0.txt", "资料.zip/资料/1.txt", "资料.zip/资料/2.txt"]
    assert [row["status"] for row in job.progress["rows"]] == ["imported"] * 3


def test_what_an_earlier_worker_told_of_is_not_told_again(portal: Portal, browser: Browser) -> None:
    upload(browser, ("资料.zip", archive(GOOD, GOOD + "二")))
    told: dict[str, Any] = {
        "name": "资料.zip/资料/0.txt",
        "status": "imported",
        "item_id": None,
        "reason": "",
        "details": {},
    }
    with portal.sessions.begin() as session:
        session.scalars(select(Job)).one().progress = {"done": 1, "total": 2, "rows": [told]}
    assert work(portal)
    with portal.sessions() as session:
        assert session.scalars(select(Document.source_name)).all() == ["资料.zip/资料/1.txt"]


def test_an_upload_that_is_too_large_is_refused(portal: Portal, browser: Browser) -> None:
    browser.application.config["MAX_CONTENT_LENGTH"] = 1000
    assert upload(browser, ("报告.txt", b"x" * 2000)).status_code == 413
    assert not portal.settings.uploads_path.exists() or kept(portal) == []


def test_names_are_the_owners(tmp_path: Path) -> None:
    path = tmp_path / "0123.zip"
    path.write_bytes(archive("一", "二"))
    assert [source.name for source in Kept(path, "资料.zip").sources()] == [
        "资料.zip/资料/0.txt",
        "资料.zip/资料/1.txt",
    ]


def test_an_archive_says_how_much_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(archive("一", "二", "三"))
    (tmp_path / "b.zip").write_bytes(b"no archive")
    (tmp_path / "c.zip").write_bytes(b"PK\x05\x06")
    (tmp_path / "d.txt").write_text("一", "utf-8")
    paths = [
        tmp_path / "a.zip",
        tmp_path / "b.zip",
        tmp_path / "c.zip",
        tmp_path / "d.txt",
        tmp_path / "gone.zip",
    ]
    assert [estimate([path]) for path in paths] == [3, 1, 1, 1, 1]
    assert estimate([tmp_path]) == 4
