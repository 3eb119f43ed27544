"""Settings: one TOML file, every value also from the environment, every problem named at once."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from storage.database_url import UnknownDatabase, parse_url

PREFIX = "BOT_"
_BOT_NAME = re.compile(r"^@?[A-Za-z0-9_]{5,32}$")
_WEBHOOK_SECRET = re.compile(r"^[A-Za-z0-9_-]{1,256}$")  # Telegram refuses others


class SettingsError(Exception):
    """The service cannot start with these settings; carries every problem."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _known_database(url: str) -> str:
    try:
        parse_url(url)
    except UnknownDatabase as error:
        raise ValueError(str(error)) from error
    return url


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or not 0 <= int(port) <= 65535:
        raise ValueError("expected host:port, such as 127.0.0.1:8080")
    return value


def _http_url(value: str) -> str:
    if value and not value.startswith(("https://", "http://")):
        raise ValueError("expected an address that begins with https://")
    return value.rstrip("/")


def _bot_name(value: str) -> str:
    if value and not _BOT_NAME.match(value):
        raise ValueError("expected the bot's name, such as xa_anh_son_bot")
    return value.removeprefix("@")


HttpUrl = Annotated[str, AfterValidator(_http_url)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TelegramSettings(_Section):
    """One commune's Telegram bot."""

    token: SecretStr = Field(SecretStr(""), description="token from BotFather; empty switches the channel off")
    mode: Literal["polling", "webhook"] = Field("polling", description="polling, or webhook (needs public_url)")
    api_base: HttpUrl = Field("https://api.telegram.org", description="address of the Bot API server")
    webhook_secret: SecretStr = Field(SecretStr(""), description="1-256 of A-Z a-z 0-9 _ -; required for webhook")
    username: Annotated[str, AfterValidator(_bot_name)] = Field(
        "", description="the bot's name without @, for the links and QR codes that open it"
    )
    rate: float = Field(28.0, gt=0, description="messages in any second to all chats together (Telegram: about 30)")


class Settings(_Section):
    """Everything that can be set. `description` is the help that `python -m bot check` prints."""

    database: Annotated[str, AfterValidator(_known_database)] = Field(
        "sqlite+aiosqlite:///data/bot.db", description="sqlite+aiosqlite:///path or postgresql+asyncpg://user@host/name"
    )
    content: Path = Field(Path("content"), description="folder with guides, phrases and communes")
    listen: Annotated[str, AfterValidator(_listen)] = Field("127.0.0.1:8080", description="host:port of the web server")
    public_url: HttpUrl = Field("", description="address under which the web server is reached from outside")
    trust_proxy: bool = Field(False, description="true behind a reverse proxy that sets X-Forwarded-For")
    log: Literal["text", "json"] = Field("text", description="text for people, json for a log collector")
    telegram: dict[str, TelegramSettings] = Field({}, description="[telegram.<commune>] sections")

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings from the file named by BOT_CONFIG (default config.toml if present) and the environment.

    BOT_LISTEN sets `listen`, BOT_TELEGRAM__ANH_SON__TOKEN sets `[telegram.anh-son] token`.
    Raises SettingsError with every problem.
    """
    named = environ.get(PREFIX + "CONFIG")
    path = Path(named or "config.toml")
    values: dict[str, Any] = {}
    if path.exists():
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise SettingsError([f"{path}: {error}"]) from error
    elif named:
        raise SettingsError([f"{path}: no such file (BOT_CONFIG)"])
    _overlay(values, environ)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError([_sentence(details) for details in error.errors()]) from error
    problems = _beyond_one_field(settings)
    if problems:
        raise SettingsError(problems)
    return settings


def _overlay(values: dict[str, Any], environ: Mapping[str, str]) -> None:
    for name, value in sorted(environ.items()):  # BOT_LISTEN before BOT_LISTEN__PORT, so that the second is refused
        if not name.startswith(PREFIX) or name == PREFIX + "CONFIG":
            continue
        parts = name.removeprefix(PREFIX).lower().split("__")
        if len(parts) == 3:
            parts[1] = parts[1].replace("_", "-")
        inner: Any = values
        for part in parts[:-1]:
            inner = inner.setdefault(part, {}) if isinstance(inner, dict) else None
        if not isinstance(inner, dict):
            raise SettingsError([f"{name}: there is no such setting"])
        inner[parts[-1]] = value


def _sentence(details: Any) -> str:
    where = ".".join(str(part) for part in details["loc"])
    message = "there is no such setting" if details["type"] == "extra_forbidden" else details["msg"]
    return f"{where}: {message.removeprefix('Value error, ')}"


def _beyond_one_field(settings: Settings) -> list[str]:
    problems = []
    for slug, telegram in settings.telegram.items():
        if telegram.token.get_secret_value() and telegram.mode == "webhook":
            if not telegram.webhook_secret.get_secret_value():
                problems.append(f"telegram.{slug}.webhook_secret: required when mode is webhook")
            elif not _WEBHOOK_SECRET.match(telegram.webhook_secret.get_secret_value()):
                problems.append(f"telegram.{slug}.webhook_secret: expected 1-256 of A-Z a-z 0-9 _ -")
            if not settings.public_url:
                problems.append(f"public_url: required, because telegram.{slug}.mode is webhook")
    return problems


def table(settings: Settings) -> list[tuple[str, str, str]]:
    """Return (setting, value, help) of everything, secrets as "set" or "not set"."""
    rows = _rows("", settings)
    rows += [row for slug, section in settings.telegram.items() for row in _rows(f"telegram.{slug}.", section)]
    return rows


def _rows(prefix: str, section: BaseModel) -> list[tuple[str, str, str]]:
    rows = []
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, dict):
            continue
        if isinstance(value, SecretStr):
            value = "set" if value.get_secret_value() else "not set"
        if name == "database":
            value = parse_url(str(value)).render_as_string(hide_password=True)
        rows.append((prefix + name, str(value), field.description or ""))
    return rows


def secrets(settings: Settings) -> tuple[str, ...]:
    """Return every secret value, so that the log can cut it out of whatever a library writes."""
    found = []
    for section in settings.telegram.values():
        found += [section.token.get_secret_value(), section.webhook_secret.get_secret_value()]
    password = parse_url(settings.database).password
    return tuple(value for value in (*found, str(password or "")) if value)
