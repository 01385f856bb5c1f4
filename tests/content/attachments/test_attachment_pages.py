"""Uploading, the list, previews and downloads, as a browser asks for them."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from sqlalchemy import select

from portal.content.attachments.models import Attachment
from portal.content.attachments.storing import folder
from portal.features.documents.models import Document
from tests import builders
from tests.builders import attachments as files

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from portal.factory import Portal
    from tests.builders.browser import Browser

JSON = {"Accept": "application/json"}


@pytest.fixture
def browser(portal: Portal, client: Browser) -> Browser:
    with portal.sessions.begin() as session:
        author = builders.person(session, "liming")
        builders.person(session, "wanghua", "王华")
        builders.document(session, author, builders.space(session))
    return client.sign_in("liming")


def upload(
    browser: Browser,
    *sent: tuple[str, bytes],
    to: str = "/items/2/attachments",
    **more: Any,  # noqa: ANN401 - as the client's
) -> TestResponse:
    data: dict[str, Any] = {"files": [(io.BytesIO(content), name) for name, content in sent]}
    return browser.post(to, data=data, content_type="multipart/form-data", **more)


@pytest.fixture
def address(browser: Browser, session: Session) -> str:  # noqa: ARG001 - made by the browser's fixture
    """The address of a document."""
    return f"/documents/{session.scalars(select(Document.id)).one()}"


def items(address: str) -> str:
    return address.replace("documents", "items") + "/attachments"


def test_many_at_once_without_a_script(browser: Browser, address: str, portal: Portal) -> None:
    answer = upload(
        browser, ("一.txt", "一".encode()), ("二.csv", "二,2".encode()), ("坏.exe", b"MZ"), to=items(address)
    )
    assert (answer.status_code, answer.location) == (302, f"{address}#attachments")
    page = browser.get(address).text
    assert all(word in page for word in ("一.txt", "二.csv", "已添加 2 个附件。", "坏.exe: 不接受这类文件。"))
    files.read_all(portal)
    assert "正在读取" not in browser.get(address).text


def test_the_script_is_told_of_each_file(browser: Browser, address: str) -> None:
    (told,) = upload(browser, ("一.txt", b"1"), to=items(address), headers=JSON).get_json()["files"]
    assert (told["name"], told["outcome"]) == ("一.txt", "added")
    (told,) = upload(browser, ("一.txt", b"2"), to=items(address), headers=JSON).get_json()["files"]
    assert (told["outcome"], told["version"]) == ("replaced", 2)
    refused = upload(browser, ("x.exe", b"MZ"), to=items(address), headers=JSON)
    assert (refused.status_code, "不接受" in refused.get_json()["files"][0]["error"]) == (422, True)
    assert upload(browser, to=items(address), headers=JSON).status_code == 422
    fragment = browser.get(items(address), headers={"HX-Request": "true"}).text
    assert ("<html" in fragment, "一.txt" in fragment, "data-waiting" in fragment) == (False, True, True)
    assert browser.get(items(address)).location == f"{address}#attachments"


def test_a_stranger_adds_nothing_and_leaves_nothing(browser: Browser, address: str, portal: Portal) -> None:
    browser.sign_in("wanghua")
    assert upload(browser, ("一.txt", b"1"), to=items(address)).status_code == 403
    assert upload(browser, ("一.txt", b"1"), to="/items/999/attachments").status_code == 404
    assert list(folder(portal.settings.uploads_path).iterdir()) == []
    assert 'name="files"' not in browser.get(address).text


def test_a_download_is_inert_and_called_by_its_name(browser: Browser, address: str) -> None:
    (told,) = upload(
        browser,
        ('价 "格";\r\n.html', b"<!doctype html><script>alert(1)</script>"),
        to=items(address),
        headers=JSON,
    ).get_json()["files"]
    answer = browser.get(f"{told['url']}/files/1")
    assert answer.data.endswith(b"</script>")
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%E4%BB%B7" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"].startswith("private")
    assert browser.get(f"{told['url']}/files/2").status_code == 404


def test_pictures_are_shown_without_what_the_camera_noted(browser: Browser, address: str) -> None:
    (told,) = upload(browser, ("现场.jpg", files.photo()), to=items(address), headers=JSON).get_json()[
        "files"
    ]
    shown = browser.get(f"{told['url']}/files/1/picture")
    assert (shown.mimetype, "Content-Disposition" in shown.headers) == ("image/jpeg", False)
    assert dict(Image.open(io.BytesIO(shown.data)).getexif()) == {}
    assert shown.headers["Content-Security-Policy"].startswith("sandbox")
    assert f"{told['url']}/files/1/picture" in browser.get(told["url"]).text
    assert browser.get(f"{told['url']}/files/1/pages/1").status_code == 404
    assert browser.get(f"{told['url']}/files/1/thumbnail").mimetype == "image/jpeg"


def test_pages_of_a_pdf_are_drawn(browser: Browser, address: str, portal: Portal) -> None:
    sent = ("报告.pdf", files.pdf("first", "second"))
    (told,) = upload(browser, sent, to=items(address), headers=JSON).get_json()["files"]
    files.read_all(portal)
    page = browser.get(told["url"]).text
    assert 'id="part-2"' in page
    assert page.count("/pages/") == 2
    drawn = browser.get(f"{told['url']}/files/1/pages/2")
    assert drawn.mimetype == "image/webp"
    assert Image.open(io.BytesIO(drawn.data)).width == 1240
    assert browser.get(f"{told['url']}/files/1/pages/2").data == drawn.data
    for number in (0, 3):
        assert browser.get(f"{told['url']}/files/1/pages/{number}").status_code == 404


def test_a_hit_names_the_sheet_and_leads_to_it(browser: Browser, address: str, portal: Portal) -> None:
    book = files.workbook(价格=[["牌号"]], 运费=[["到货地"], ["乌鲁木齐专线"]])
    (told,) = upload(browser, ("价格表.xlsx", book), to=items(address), headers=JSON).get_json()["files"]
    files.read_all(portal)
    page = browser.get("/search", query_string={"q": "乌鲁木齐专线"}).text
    assert f'href="{told["url"]}#part-2"' in page
    assert "工作表“运费”" in page
    assert "<mark>乌鲁木齐专线</mark>" in page
    assert "白炭黑分散不良的处理" in page
    api = browser.get("/search", query_string={"q": "kind:附件 价格表"}).text
    assert told["url"] in api


def test_versions_removal_and_their_undoing(browser: Browser, address: str, session: Session) -> None:
    (told,) = upload(browser, ("价.txt", b"1"), to=items(address), headers=JSON).get_json()["files"]
    answer = upload(browser, ("新价.txt", b"2"), to=f"{told['url']}/versions")
    assert answer.location == told["url"]
    page = browser.get(told["url"]).text
    assert "新价.txt" in page
    assert "files/1/restoration" in page
    assert browser.post(f"{told['url']}/files/1/restoration").status_code == 302
    assert session.scalars(select(Attachment)).one().title == "价.txt"
    removed = browser.post(f"{told['url']}/deletion")
    assert removed.location == f"{address}#attachments"
    assert f"{told['url']}/restoration" in browser.get(address).text
    assert browser.get(told["url"]).status_code == 404
    assert browser.get(f"{told['url']}/files/1").status_code == 404
    assert browser.sign_in("wanghua").post(f"{told['url']}/restoration").status_code == 403
    assert browser.sign_in("liming").post(f"{told['url']}/restoration").status_code == 302
    assert browser.get(told["url"]).status_code == 200


def test_files_of_a_new_document(browser: Browser, session: Session) -> None:
    (told,) = upload(browser, ("方案.md", "# 方案".encode()), to="/attachments", headers=JSON).get_json()[
        "files"
    ]
    assert browser.sign_in("wanghua").get(told["url"]).status_code == 404
    browser.sign_in("liming")
    space = str(builders.space_of(session, "handbook").id)
    fields = {"body": "正文", "space": space, "attachments": str(told["id"]), "submission": "einmal"}
    again = browser.post("/documents", data={**fields, "title": ""})
    assert re.search(rf'name="attachments" value="{told["id"]}"', again.text)
    saved = browser.post("/documents", data={**fields, "title": "附件"})
    assert "方案.md" in browser.get(saved.location).text
    taken_back = upload(browser, ("b.txt", b"b"), to="/attachments", headers=JSON).get_json()["files"][0]
    assert browser.post(taken_back["deletion_url"], headers=JSON).get_json() == {}
    assert browser.get(taken_back["url"]).status_code == 404
