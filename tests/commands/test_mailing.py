"""`portal mail-test`, and what `portal check` says of mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from portal.cli import main
from portal.commands import checking
from portal.config import Settings
from portal.factory import Portal
from tests.builders.notices import postbox

if TYPE_CHECKING:
    from pathlib import Path


def environment(folder: Path, port: int) -> dict[str, str]:
    return {
        "PORTAL_DATA": str(folder),
        "PORTAL_PUBLIC_URL": "https://wiki.example.com",
        "PORTAL_SMTP_HOST": "127.0.0.1",
        "PORTAL_SMTP_PORT": str(port),
        "PORTAL_SMTP_SECURITY": "none",
        "PORTAL_SMTP_FROM": "portal@example.com",
    }


def test_a_test_mail_arrives_or_says_why_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with postbox() as box:
        for name, value in environment(tmp_path, box.port).items():
            monkeypatch.setenv(name, value)
        done = CliRunner().invoke(main, ["mail-test", "jinli@example.com"])
        assert done.exit_code == 0, done.output
        assert box.subjects() == ["知营测试邮件 · Test mail"]
        box.refuses = "550 no such mailbox"
        refused = CliRunner().invoke(main, ["mail-test", "nobody@example.com"])
        assert refused.exit_code == 1
        assert "550 no such mailbox" in refused.output
    monkeypatch.setenv("PORTAL_SMTP_HOST", "")
    assert "PORTAL_SMTP_HOST" in CliRunner().invoke(main, ["mail-test", "a@b"]).output


def test_check_says_whether_mail_works(tmp_path: Path) -> None:
    with pytest.raises(checking.Remark, match="not set up"):
        checking.mail(Portal(Settings(data=tmp_path, secret_key="0" * 64)))
    with postbox() as box:
        settings = Settings(
            data=tmp_path, secret_key="0" * 64, public_url="https://wiki.example.com", smtp_host="127.0.0.1",
            smtp_port=box.port, smtp_security="none", smtp_from="portal@example.com",
        )  # fmt: skip
        assert "127.0.0.1" in checking.mail(Portal(settings))
    with pytest.raises(checking.ProblemError):
        checking.mail(Portal(settings))
