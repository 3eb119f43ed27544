"""Settings from file and environment: every problem at once, no secret shown."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.settings import Settings, SettingsError, TelegramSettings, load, secrets, table

DOCUMENT = Path(__file__).parent.parent / "docs" / "settings.md"
TOKEN = "123456789:AAHfiqksKZ8WmR2zSjiQ7_v4TMAKdiHm9T0"
SECTIONS: list[type[BaseModel]] = [
    field.annotation.__args__[1]  # dict[str, Section]
    for field in Settings.model_fields.values()
    if field.annotation is not None and getattr(field.annotation, "__origin__", None) is dict
]
MODELS: tuple[type[BaseModel], ...] = (Settings, *SECTIONS)


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _problems(environ: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(environ)
    return caught.value.problems


def _file(text: str, name: str = "config.toml") -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_with_no_settings_at_all_it_runs_on_this_machine_only() -> None:
    settings = load({"PATH": "/bin", "HOME": "/root"})
    assert settings == Settings()
    assert settings.address == ("127.0.0.1", 8080)
    assert settings.database.startswith("sqlite+aiosqlite:///")
    assert settings.telegram == {}
    assert secrets(settings) == ()


def test_a_file_in_the_folder_is_read_and_the_environment_wins() -> None:
    _file('listen = "0.0.0.0:80"\nlog = "json"\n[telegram.anh-son]\ntoken = "a"\nrate = 5\n')
    settings = load({"BOT_LISTEN": "127.0.0.1:81", "BOT_TELEGRAM__ANH_SON__TOKEN": TOKEN})
    assert settings.address == ("127.0.0.1", 81)
    assert settings.log == "json"
    assert settings.telegram["anh-son"].token.get_secret_value() == TOKEN
    assert settings.telegram["anh-son"].rate == 5


def test_a_named_file_is_read_instead() -> None:
    _file('log = "json"\n')
    assert load({"BOT_CONFIG": _file('listen = "[::1]:8081"\n', "other.toml")}).address == ("::1", 8081)
    assert load({"BOT_CONFIG": "other.toml"}).log == "text"


def test_a_file_with_a_byte_order_mark_is_read() -> None:
    Path("config.toml").write_bytes(b'\xef\xbb\xbflog = "json"\n')
    assert load({}).log == "json"


def test_an_underscore_in_the_environment_is_a_hyphen_in_the_slug() -> None:
    settings = load({"BOT_TELEGRAM__NGHIA_THO__MODE": "polling", "BOT_TELEGRAM__TAN-AN__API_BASE": "http://a/"})
    assert set(settings.telegram) == {"nghia-tho", "tan-an"}
    assert settings.telegram["tan-an"].api_base == "http://a"


def test_words_become_numbers_and_switches() -> None:
    settings = load({"BOT_TRUST_PROXY": "true", "BOT_TELEGRAM__A__RATE": "12.5"})
    assert settings.trust_proxy is True
    assert settings.telegram["a"].rate == 12.5


def test_every_problem_is_named_at_once() -> None:
    problems = _problems(
        {
            "BOT_LISTEN": "8080",
            "BOT_DATABASE": "mysql://root@h/d",
            "BOT_PUBLIC_URL": "xa.vn",
            "BOT_LOG": "xml",
            "BOT_COLOUR": "red",
            "BOT_TELEGRAM__ANH_SON__MODE": "push",
            "BOT_TELEGRAM__ANH_SON__RATE": "fast",
            "BOT_TELEGRAM__ANH_SON__TOKENS": "x",
        }
    )
    names = {problem.partition(":")[0] for problem in problems}
    assert names == {
        "listen",
        "database",
        "public_url",
        "log",
        "colour",
        "telegram.anh-son.mode",
        "telegram.anh-son.rate",
        "telegram.anh-son.tokens",
    }
    assert "colour: there is no such setting" in problems
    assert "listen: expected host:port, such as 127.0.0.1:8080" in problems


@pytest.mark.parametrize("listen", ["", ":8080", "localhost", "localhost:http", "localhost:70000", "localhost:-1"])
def test_an_address_to_listen_on_has_host_and_port(listen: str) -> None:
    assert _problems({"BOT_LISTEN": listen}) == ["listen: expected host:port, such as 127.0.0.1:8080"]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite+aiosqlite://", "would forget everything"),
        ("sqlite:///data/bot.db", "expected sqlite+aiosqlite"),
        ("postgresql://u@h/d", "postgresql+asyncpg"),
        ("data/bot.db", "not a database URL"),
        ("", "not a database URL"),
    ],
)
def test_a_database_that_cannot_be_used_is_told(url: str, says: str) -> None:
    [problem] = _problems({"BOT_DATABASE": url})
    assert problem.startswith("database: ")
    assert says in problem


def test_a_webhook_needs_its_secret_and_the_public_address() -> None:
    hook = {"BOT_TELEGRAM__ANH_SON__TOKEN": TOKEN, "BOT_TELEGRAM__ANH_SON__MODE": "webhook"}
    assert _problems(hook) == [
        "telegram.anh-son.webhook_secret: required when mode is webhook",
        "public_url: required, because telegram.anh-son.mode is webhook",
    ]
    whole = {**hook, "BOT_TELEGRAM__ANH_SON__WEBHOOK_SECRET": "s3cret_s3cret", "BOT_PUBLIC_URL": "https://xa.vn/"}
    assert load(whole).public_url == "https://xa.vn"


@pytest.mark.parametrize("secret", ["có dấu", "a b", "x" * 257, "a:b"])
def test_a_secret_that_telegram_would_refuse_is_told_without_showing_it(secret: str) -> None:
    hook = {"BOT_TELEGRAM__A__TOKEN": TOKEN, "BOT_TELEGRAM__A__MODE": "webhook", "BOT_PUBLIC_URL": "https://xa.vn"}
    problems = _problems({**hook, "BOT_TELEGRAM__A__WEBHOOK_SECRET": secret})
    assert problems == ["telegram.a.webhook_secret: expected 1-256 of A-Z a-z 0-9 _ -"]


def test_a_channel_without_a_token_is_off_and_needs_nothing() -> None:
    assert load({"BOT_TELEGRAM__ANH_SON__MODE": "webhook"}).telegram["anh-son"].mode == "webhook"


@pytest.mark.parametrize("text", ["listen = ", "listen = 'a'\nlisten = 'b'", "\x00"])
def test_a_file_that_is_not_toml_is_told_with_its_name(text: str) -> None:
    [problem] = _problems({"BOT_CONFIG": _file(text, "broken.toml")})
    assert problem.startswith("broken.toml: ")


def test_a_file_that_is_not_there_not_a_file_or_not_utf_8_is_told() -> None:
    assert _problems({"BOT_CONFIG": "nowhere.toml"}) == ["nowhere.toml: no such file (BOT_CONFIG)"]
    Path("folder.toml").mkdir()
    assert "folder.toml" in _problems({"BOT_CONFIG": "folder.toml"})[0]
    Path("config.toml").write_bytes('log = "đ"'.encode("utf-16"))
    assert _problems({})[0].startswith("config.toml: ")


@pytest.mark.parametrize(
    "environ",
    [
        {"BOT_TELEGRAM": "x", "BOT_TELEGRAM__ANH_SON__TOKEN": TOKEN},
        {"BOT_LISTEN__PORT": "80", "BOT_LISTEN": "127.0.0.1:80"},
        {"BOT_TELEGRAM__ANH_SON__TOKEN__X": TOKEN},
        {"BOT_TELEGRAM__ANH_SON": TOKEN},
        {"BOT_": "x"},
        {"BOT____": "x"},
    ],
)
def test_a_name_that_goes_too_deep_is_a_problem_and_not_a_crash(environ: dict[str, str]) -> None:
    problems = _problems(environ)
    assert problems
    assert TOKEN not in " ".join(problems)


def _filled() -> Settings:
    return load(
        {
            "BOT_DATABASE": "postgresql+asyncpg://troly:hunter2-hunter2@db/troly",
            "BOT_TELEGRAM__ANH_SON__TOKEN": TOKEN,
            "BOT_TELEGRAM__ANH_SON__WEBHOOK_SECRET": "s3cret_s3cret",
        }
    )


def test_no_secret_is_printed() -> None:
    settings = _filled()
    shown = repr(table(settings)) + repr(settings) + str(settings)
    rows = {name: value for name, value, _ in table(settings)}
    assert rows["telegram.anh-son.token"] == "set"
    assert rows["telegram.anh-son.webhook_secret"] == "set"
    assert rows["database"] == "postgresql+asyncpg://troly:***@db/troly"
    assert TOKEN not in shown
    assert "s3cret" not in shown
    assert "hunter2" not in repr(table(settings))


def test_the_log_is_told_every_secret_to_cut_out() -> None:
    assert set(secrets(_filled())) == {TOKEN, "s3cret_s3cret", "hunter2-hunter2"}


def test_the_table_names_every_setting_with_its_meaning() -> None:
    rows = {name: meaning for name, _, meaning in table(_filled())}
    plain = [name for name, field in Settings.model_fields.items() if "dict" not in str(field.annotation)]
    assert set(rows) >= {*plain, *(f"telegram.anh-son.{name}" for name in TelegramSettings.model_fields)}
    assert all(rows.values())


def test_the_document_names_every_setting_with_its_default() -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    assert TelegramSettings in SECTIONS
    for model in MODELS:
        for name, field in model.model_fields.items():
            if "dict" in str(field.annotation):
                assert any(f"`[{name}." in line for line in lines), name
                continue
            [row, *_] = [line for line in lines if line.startswith(f"| `{name}` |")] or [""]
            assert row, f"docs/settings.md does not name {model.__name__}.{name}"
            if isinstance(field.default, str | float | int) and not isinstance(field.default, bool) and field.default:
                assert any(f"| `{name}` | `{field.default}` |" in line for line in lines), name


def test_the_document_names_nothing_that_is_not_a_setting() -> None:
    known = {name for model in MODELS for name in model.model_fields}
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    named = {line.split("`")[1] for line in lines if line.startswith("| `") and not line.startswith("| `BOT_")}
    assert named <= known
