"""Settings of one installation, read once from the environment. Refuses to know what they are used for."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default; `docs/configuration.md` lists the variables (a test compares)."""

    data: Path = field(metadata={"env": "PORTAL_DATA"}, default=ROOT / "data")
    database_url: str = field(metadata={"env": "PORTAL_DATABASE_URL"}, default="")
    secret_key: str = field(metadata={"env": "PORTAL_SECRET_KEY"}, default="")
    timezone: str = field(metadata={"env": "PORTAL_TIMEZONE"}, default="Asia/Shanghai")
    search_engine: str = field(metadata={"env": "PORTAL_SEARCH_ENGINE"}, default="whoosh")
    host: str = field(metadata={"env": "PORTAL_HOST"}, default="127.0.0.1")
    port: int = field(metadata={"env": "PORTAL_PORT"}, default=8000)
    web_processes: int = field(metadata={"env": "PORTAL_WEB_PROCESSES"}, default=2)
    web_threads: int = field(metadata={"env": "PORTAL_WEB_THREADS"}, default=4)
    max_upload: int = field(metadata={"env": "PORTAL_MAX_UPLOAD"}, default=100 * MEBIBYTE)
    secure_cookies: bool = field(metadata={"env": "PORTAL_SECURE_COOKIES"}, default=False)
    trusted_proxies: int = field(metadata={"env": "PORTAL_TRUSTED_PROXIES"}, default=0)
    write_rate: str = field(metadata={"env": "PORTAL_WRITE_RATE"}, default="1200 per minute")
    upload_rate: str = field(metadata={"env": "PORTAL_UPLOAD_RATE"}, default="60 per minute")
    session_days: int = field(metadata={"env": "PORTAL_SESSION_DAYS"}, default=14)
    bin_days: int = field(metadata={"env": "PORTAL_BIN_DAYS"}, default=30)
    verifications_a_week: int = field(metadata={"env": "PORTAL_VERIFICATIONS_A_WEEK"}, default=5)
    verification_lead_days: int = field(metadata={"env": "PORTAL_VERIFICATION_LEAD_DAYS"}, default=14)
    public_url: str = field(metadata={"env": "PORTAL_PUBLIC_URL"}, default="")
    smtp_host: str = field(metadata={"env": "PORTAL_SMTP_HOST"}, default="")
    smtp_port: int = field(metadata={"env": "PORTAL_SMTP_PORT"}, default=587)
    smtp_security: str = field(metadata={"env": "PORTAL_SMTP_SECURITY"}, default="starttls")
    smtp_user: str = field(metadata={"env": "PORTAL_SMTP_USER"}, default="")
    smtp_password: str = field(metadata={"env": "PORTAL_SMTP_PASSWORD"}, default="")
    smtp_from: str = field(metadata={"env": "PORTAL_SMTP_FROM"}, default="")

    @property
    def url(self) -> str:
        """The SQLAlchemy address of the database: PostgreSQL when configured, else SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data / 'portal.db'}"

    @property
    def index_path(self) -> Path:
        """Folder of the search index; disposable."""
        return self.data / "index"

    @property
    def uploads_path(self) -> Path:
        """Folder of uploaded files under random keys, never served by path."""
        return self.data / "uploads"

    @property
    def has_mail(self) -> bool:
        """Whether mails can be sent: a server, a sender, and the address under which people reach the portal."""
        return bool(self.smtp_host and self.smtp_from and self.public_url)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which the company counts its days."""
        return ZoneInfo(self.timezone)

    def key(self, name: str) -> str:
        """A secret that belongs to this installation, made on first use and kept in the data folder.

        Args:
            name: what it is for, e.g. "session" or "audit"; becomes the file's name.
        """
        if name == "session" and self.secret_key:
            return self.secret_key
        path = self.data / "keys" / name
        if not path.exists():
            _write_once(path, secrets.token_hex(32))
        return path.read_text("ascii").strip()


def _write_once(path: Path, secret: str) -> None:
    """Create the file for its owner's eyes alone; when two processes race, the first one's secret stands."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
    draft.write_text(secret, "ascii")
    draft.chmod(0o600)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from the environment.

    Raises:
        ValueError: a value does not fit its setting; the message names the variable.
    """
    values: dict[str, object] = {}
    for name, spec in Settings.__dataclass_fields__.items():
        variable = spec.metadata["env"]
        if environ.get(variable):
            values[name] = _parse(variable, environ[variable], spec.default)
    return Settings(**values)  # type: ignore[arg-type]  # the parser keeps each default's type


def _parse(variable: str, text: str, default: object) -> object:
    try:
        if isinstance(default, bool):
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[
                text.lower()
            ]
        if isinstance(default, int):
            return int(text)
        return Path(text).resolve() if isinstance(default, Path) else text
    except (KeyError, ValueError) as error:
        raise ValueError(f"{variable}={text!r} is not a valid value; the default is {default!r}") from error
