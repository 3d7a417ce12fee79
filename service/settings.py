"""Everything that differs between two installations. Read by ``main`` and ``cli`` only."""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, IPvAnyNetwork, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[1]


def default_data_dir() -> Path:
    """``var/`` beside the sources of a checkout; elsewhere the user's data directory."""
    if (ROOT / "pyproject.toml").is_file():
        return ROOT / "var"
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "duijie"


def listed(value: object) -> object:
    """``10.0.0.0/8, ::1`` as its parts."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",") if part.strip()]


Networks = Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(listed)]


class Settings(BaseSettings):
    """Typed and frozen; each field is set by ``DUIJIE_`` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="DUIJIE_", frozen=True, extra="ignore")

    data_dir: Path = Field(default_factory=default_data_dir)
    """Where the embedded database and the report folder lie."""
    database_url: str = ""
    """``postgresql://…`` or ``sqlite:///…``; empty means the embedded SQLite database."""
    require_durable: bool = True
    """Refuse to serve on a PostgreSQL that may lose what it has acknowledged."""
    seed_dir: Path = ROOT / "seed_data"
    phrases: Literal["auto", "tfidf", "meaning"] = "auto"
    """How capability phrases are compared: ``tfidf`` by characters, ``meaning`` by a sentence
    encoder (an extra), ``auto`` by meaning where that is installed."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_reading: bool = True
    """Whether visitors who have not signed in may read what is public."""
    max_body_bytes: int = Field(default=10 * 1024 * 1024, gt=0)
    """Larger uploads are refused with 413."""
    max_json_bytes: int = Field(default=1024 * 1024, gt=0)
    """The same for all other bodies."""
    trusted_proxies: Networks = ()
    """Whose word on the caller's address and scheme counts; empty means nobody's."""
    metrics_from: Networks = Field(default="127.0.0.0/8, ::1/128", validate_default=True)
    """Who may read ``/metrics``."""
    requests_per_minute: int = Field(default=6000, ge=0)
    """Of one key, or one visitor's address, over all processes; 0 means no limit."""
    time_zone: str = "Asia/Shanghai"
    """Decides what day "today" is when a ranking is asked without ``as_of``."""
    base_url: str = ""
    """How links in reports begin; empty means this machine at ``port``."""
    smtp_host: str = ""
    """Empty: reports go to folders only."""
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_starttls: bool = False
    mail_from: str = "duijie@localhost"
    scheduler: bool = True
    """Whether ``serve`` also works off due reports."""

    @property
    def link_base(self) -> str:
        here = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared
        return self.base_url.rstrip("/") or f"http://{here}:{self.port}"

    @property
    def report_folders(self) -> Path:
        """Where reports that go to folders are put."""
        return self.data_dir / "reports"

    @property
    def database(self) -> str:
        """The database's address, with the embedded default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'duijie.db'}"
