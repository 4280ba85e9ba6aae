"""The configuration file: every key, every default, and a sentence for everything that can be wrong."""

from __future__ import annotations

import copy
import logging
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot.clock import ShiftedClock, SystemClock
from bot.errors import SettingsError
from bot.settings import AccountSettings, Section, Settings, load_settings, parse_settings
from tests.support.settings import raw_settings

EXAMPLE = Path(__file__).resolve().parents[2] / "config.example.toml"
SECRETS = {
    "WOODPECKER_SERVER_SECRET_KEY": "from-the-environment-0123456789-0123456789",
    "WOODPECKER_ACCOUNTS_MAIN_TOKEN": "tokenFromEnvironment",
}


def _example() -> dict[str, Any]:
    return tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))


def _sections() -> dict[str, type[BaseModel]]:
    """Every table of the file by its path in the example."""
    found: dict[str, type[BaseModel]] = {}
    for name, field in Settings.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            found[name] = kind
    return found | {"accounts.main": AccountSettings}


SECTIONS = _sections()


def _at(raw: dict[str, Any], path: str) -> dict[str, Any]:
    for part in path.split("."):
        raw = raw[part]
    return raw


def _said(raw: dict[str, Any], tmp_path: Path) -> str:
    with pytest.raises(SettingsError) as refused:
        parse_settings(raw, base=tmp_path, source="config.toml")
    return str(refused.value)


def _changed(tmp_path: Path, path: str, value: Any) -> dict[str, Any]:
    """The test configuration with one key set, by its dotted path."""
    raw = raw_settings(tmp_path)
    *tables, key = path.split(".")
    table = raw
    for name in tables:
        table = table.setdefault(name, {})
    table[key] = value
    return raw


def test_example_loads() -> None:
    settings = load_settings(EXAMPLE, {}, placeholders=True)
    assert list(settings.accounts) == ["main"]
    assert settings.server.data_dir == EXAMPLE.parent / "data"
    assert settings.database_url == f"sqlite:///{EXAMPLE.parent / 'data' / 'woodpecker.db'}"


@pytest.mark.parametrize("path", SECTIONS)
def test_example_holds_every_key_with_its_default(path: str) -> None:
    table, wrong = _at(_example(), path), {}
    commented = EXAMPLE.read_text(encoding="utf-8")
    for key, field in SECTIONS[path].model_fields.items():
        if key not in table:
            # Only a key that may be left out altogether may stand as a comment.
            assert field.default is None
            assert f"# {key} = " in commented
        elif not field.is_required() and field.default is not None:
            default = str(field.default) if isinstance(field.default, Path) else field.default
            if table[key] != default:
                wrong[key] = (table[key], default)
    assert wrong == {}


def test_example_holds_every_section() -> None:
    example = _example()
    assert set(example) == set(Settings.model_fields)


def test_every_key_of_the_example_has_a_comment_or_a_speaking_neighbour() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    blocks = "\n".join(lines).split("\n\n")
    assert [block for block in blocks if " = " in block and "#" not in block] == []


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("server.colour", "red", "config.toml: server.colour: unknown key."),
        ("sever", {}, "config.toml: sever: unknown key."),
        ("accounts.main.tokn", "x", "config.toml: accounts.main.tokn: unknown key."),
        ("server.session_hours", "12", "server.session_hours: found '12'; expected: a whole number, without quotation marks"),
        ("server.session_hours", 0, "server.session_hours: found 0; expected: greater than or equal to 1"),
        ("media.storage_key", "somebody", "expected: storage_endpoint, storage_key and storage_secret go with storage = "),
        ("media.picture_hosts", ["http://a.cn/"], "media.picture_hosts: found a list; expected: 'http://a.cn/': a host"),
        ("server.secure_cookies", 1, "server.secure_cookies: found 1; expected: true or false, without quotation marks"),
        ("server", "x", "config.toml: server: found 'x'; expected: a table"),
        ("accounts", [], "config.toml: accounts: found a list; expected: a table"),
        ("accounts", {}, "config.toml: accounts: found a table; expected: "),
        ("accounts.main", "x", "config.toml: accounts.main: found 'x'; expected: a table"),
        ("accounts.two words", {}, "config.toml: accounts.two words.title: missing."),
        ("wechat.read_seconds", -1.0, "wechat.read_seconds: found -1.0; expected: greater than 0"),
        ("accounts.main.mode", "open", "accounts.main.mode: found 'open'; expected: 'plaintext', 'compatible' or 'safe'"),
        ("accounts.main.body_format", "yaml", "accounts.main.body_format: found 'yaml'; expected: 'xml' or 'json'"),
        ("demo.simulator_port", 70000, "demo.simulator_port: found 70000; expected: less than or equal to 65535"),
    ],
)  # fmt: skip
def test_wrong_key_or_value_is_named_with_what_is_expected(
    tmp_path: Path, path: str, value: Any, sentence: str
) -> None:
    assert sentence in _said(_changed(tmp_path, path, value), tmp_path)


@pytest.mark.parametrize(
    "path",
    ["server.secret_key", "accounts.main.app_id", "accounts.main.original_id", "accounts.main.token",
     "accounts.main.title", "accounts"],
)  # fmt: skip
def test_missing_required_key_is_named(tmp_path: Path, path: str) -> None:
    raw = raw_settings(tmp_path)
    *tables, key = path.split(".")
    del (_at(raw, ".".join(tables)) if tables else raw)[key]
    assert _said(raw, tmp_path) == f"config.toml: {path}: missing. It is required; see config.example.toml."


@pytest.mark.parametrize(
    ("path", "secret", "sentence"),
    [
        ("accounts.main.token", "ab", "found a text of 2 characters; expected: a text with at least 3 characters"),
        ("accounts.main.token", "a" * 33, "found a text of 33 characters; expected: a text with at most 32 characters"),
        ("accounts.main.token", "with-a-dash", "found a text of 11 characters; expected: 3 to 32 letters and digits"),
        ("accounts.main.token", 731946, "found a value of type int; expected: a text in quotation marks"),
        ("accounts.main.aes_key", "k" * 42, "found a text of 42 characters; expected: 43 letters and digits"),
        ("accounts.main.aes_key", "=" * 43, "found a text of 43 characters; expected: 43 letters and digits"),
        ("accounts.main.app_secret", ["hush-hush"], "found a list; expected: a text in quotation marks"),
        ("server.secret_key", "too-short-a-secret", "found a text of 18 characters; expected: a text with at least 32"),
        ("server.database_url", 8472615, "found a value of type int; expected: a text in quotation marks"),
    ],
)  # fmt: skip
def test_wrong_secret_is_described_and_never_shown(
    tmp_path: Path, path: str, secret: Any, sentence: str
) -> None:
    said = _said(_changed(tmp_path, path, secret), tmp_path)
    assert f"config.toml: {path}: {sentence}" in said
    shown = secret[0] if isinstance(secret, list) else str(secret)
    assert shown not in said


@pytest.mark.parametrize("mode", ["safe", "compatible"])
def test_encrypted_mode_without_a_key_is_refused(tmp_path: Path, mode: str) -> None:
    raw = raw_settings(tmp_path)
    raw["accounts"]["main"] = raw["accounts"]["plain"] | {"mode": mode}
    assert f"accounts.main: found a table; expected: mode '{mode}' needs aes_key" in _said(raw, tmp_path)


def test_every_wrong_key_is_told_at_once(tmp_path: Path) -> None:
    raw = _changed(tmp_path, "server.colour", "red")
    raw["accounts"]["main"]["token"] = "x"
    assert len(_said(raw, tmp_path).splitlines()) == 2


def test_settings_do_not_print_their_secrets(settings: Settings) -> None:
    printed = repr(settings)
    secrets = [settings.server.secret_key]
    for account in settings.accounts.values():
        secrets += [text for text in (account.token, account.aes_key, account.app_secret) if text]
    assert [secret for secret in secrets if secret in printed] == []


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


PLAIN = """
[server]
{server}
[accounts.main]
title = "社区发布"
app_id = "wx0000000000000001"
original_id = "gh_1"
mode = "plaintext"
{account}
"""


def test_secret_from_a_file_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 40 + "\n", encoding="utf-8")
    path = _file(tmp_path, PLAIN.format(server='secret_key_file = "key"', account='token = "abc"'))
    assert load_settings(path, {}).server.secret_key == "k" * 40


def test_secret_from_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    server = 'secret_key = "from-the-file-0123456789-0123456789-01"'
    path = _file(tmp_path, PLAIN.format(server=server, account=""))
    settings = load_settings(path, SECRETS)
    assert settings.server.secret_key == SECRETS["WOODPECKER_SERVER_SECRET_KEY"]
    assert settings.accounts["main"].token == "tokenFromEnvironment"


def test_dash_in_an_account_name_is_an_underscore_in_the_environment(tmp_path: Path) -> None:
    text = PLAIN.format(server='secret_key = "0123456789-0123456789-0123456789-01"', account="")
    path = _file(tmp_path, text.replace("accounts.main", "accounts.north-side"))
    settings = load_settings(path, {"WOODPECKER_ACCOUNTS_NORTH_SIDE_TOKEN": "northToken"})
    assert settings.accounts["north-side"].token == "northToken"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('server = "x"\n[accounts.main]\n', "server: found 'x'; expected: a table"),
        ('accounts = "x"\n[server]\n', "accounts: found 'x'; expected: a table"),
        ('[accounts]\nmain = "x"\n[server]\n', "accounts.main: found 'x'; expected: a table"),
    ],
)
def test_text_in_place_of_a_table_is_told_also_with_secrets_in_the_environment(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(_file(tmp_path, text), SECRETS)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("server", "sentence"),
    [
        (
            'secret_key_file = "nowhere"',
            "server.secret_key_file: 'nowhere' cannot be read: No such file or directory",
        ),
        ('secret_key_file = "."', "secret_key_file: '.' cannot be read: Is a directory"),
        ('secret_key_file = "bytes"', "secret_key_file: 'bytes' cannot be read: not a text in UTF-8"),
        ('secret_key = "x"\nsecret_key_file = "key"', "secret_key and secret_key_file: found both"),
    ],
)
def test_secret_file_that_cannot_be_taken_is_named(tmp_path: Path, server: str, sentence: str) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    path = _file(tmp_path, PLAIN.format(server=server, account='token = "abc"'))
    with pytest.raises(SettingsError) as refused:
        load_settings(path, {})
    assert sentence in str(refused.value)


def test_missing_file_says_where_to_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(tmp_path / "config.toml", {})
    path = tmp_path / "config.toml"
    assert str(refused.value) == f"{path}: no such file. Copy config.example.toml there and fill it in."


@pytest.mark.parametrize("content", [b"[server\n", b"a = \xff\n", b'token = "se\ncret"\n'])
def test_file_that_is_no_toml_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"config\.toml: (?:cannot be read at line|is not in UTF-8)"):
        load_settings(path, {})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("title = “社区发布”", 'line 2 (title): quotation marks are written straight: ".'),
        ("verified = True", "line 2 (verified): true and false are written small."),
        ("session_hours ＝ 12", "line 2: the sign between key and value is =."),
        ("token secretword", "line 2: a line is KEY = VALUE."),
        ("token = secretword", "line 2 (token): a text stands in quotation marks."),
        ("[accounts.Main Account]", "line 2 ([accounts.Main Account]): a name in [ ] holds no blank."),
        ("[server]", "line 2 ([server]): it stands twice; keep one."),
        ('allow = ["10.0.0.1"，"10.0.0.2"]', "line 2 (allow): the sign between two values is ,."),
        ("＃ 这是注释", "line 2: a comment begins with #."),
        ("【metrics】", "line 2: the brackets of a table or list are [ ]."),
        ("every_seconds = １５", "line 2 (every_seconds): digits are written 0 to 9, half as wide."),
        ("disk_gb = 1,5", "line 2 (disk_gb): a number has a point, no comma."),
        ("verified = yes", "line 2 (verified): yes and no are written true and false."),
        ("[accounts.主号]", "line 2 ([accounts.主号]): a name in [ ] is made of letters, digits and -."),
        ("verified = True  # 对，就是这样", "line 2 (verified): true and false are written small."),
    ],
)
def test_line_that_cannot_be_read_is_told_with_how_it_is_written(tmp_path: Path, line: str, said: str) -> None:
    path = _file(tmp_path, f"[server]\n{line}\n")
    with pytest.raises(SettingsError) as refused:
        load_settings(path, {})
    assert str(refused.value) == f"{path}: cannot be read at {said}"


def test_file_of_another_encoding_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes('[desk]\nhours = "工作日"\n'.encode("gbk"))
    with pytest.raises(SettingsError, match="is not in UTF-8"):
        load_settings(path, {})


def test_mark_that_an_editor_puts_before_the_first_letter_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    secret = f'secret_key = "{"k" * 40}"'
    path.write_bytes(b"\xef\xbb\xbf" + PLAIN.format(server=secret, account='token = "abc"').encode())
    assert load_settings(path, {}).server.secret_key == "k" * 40


@pytest.mark.parametrize("url", ["postgres://u:p@h/db", "postgresql://u:p@h/db", "mysql://h/db", "data/woodpecker.db",
                                 "postgresql+psycopg://u:p@h:port/db", "postgresql+psycopg://u:p@h", "sqlite:///",
                                 "sqlite:///:memory:"])
def test_database_that_is_neither_of_the_two_is_refused_with_the_form(tmp_path: Path, url: str) -> None:
    said = _said(_changed(tmp_path, "server.database_url", url), tmp_path)
    assert "or postgresql+psycopg://USER:PASSWORD@HOST/NAME" in said
    assert url not in said


def test_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is a folder"):
        load_settings(tmp_path, {})


def test_data_dir_is_taken_from_the_folder_of_the_file(tmp_path: Path) -> None:
    raw = raw_settings(Path("things"))
    assert parse_settings(raw, base=tmp_path, source="x").server.data_dir == tmp_path / "things"


POSTGRESQL = "postgresql+psycopg://u:p%40@h/name"


@pytest.mark.parametrize(("url", "whole"), [
    ("sqlite:///name.db", "sqlite:////base/name.db"),
    ("sqlite:///../a b/name.db?timeout=3", "sqlite:////base/../a b/name.db?timeout=3"),
    ("sqlite:////var/name.db", "sqlite:////var/name.db"), ("", ""), (POSTGRESQL, POSTGRESQL),
    (f"{POSTGRESQL}?sslmode=verify-full&sslrootcert=keys/ca.pem&sslcert=/c.pem",
     f"{POSTGRESQL}?sslcert=%2Fc.pem&sslmode=verify-full&sslrootcert=%2Fbase%2Fkeys%2Fca.pem"),
    (f"{POSTGRESQL}?sslrootcert=system", f"{POSTGRESQL}?sslrootcert=system"),
])
def test_paths_in_the_databases_address_are_taken_from_the_folder_of_the_file(tmp_path: Path, url: str, whole: str) -> None:
    settings = parse_settings(_changed(tmp_path, "server.database_url", url), base=Path("/base"), source="x")
    assert settings.server.database_url == whole


@pytest.mark.parametrize(("storage", "whole"), [
    ("", ""), ("media", "/base/media"), ("../share", "/base/../share"), ("/share", "/share"), ("file://share", "file:///base/share"),
    ("file:///share", "file:///share"), ("s3://bucket/folder", "s3://bucket/folder"), ("~/share", "~/share"),
])
def test_path_of_the_pictures_is_taken_from_the_folder_of_the_file(tmp_path: Path, storage: str, whole: str) -> None:
    settings = parse_settings(_changed(tmp_path, "media", {"storage": storage}), base=Path("/base"), source="x")
    assert settings.media.storage == whole


def test_what_still_lies_where_earlier_versions_looked_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else an empty database would be made beside the old one, and nobody would be told."""
    (here := tmp_path / "here").mkdir()
    (there := tmp_path / "there").mkdir()
    server = f'database_url = "sqlite:///name.db"\nsecret_key = "{"k" * 40}"'
    path = _file(here, PLAIN.format(server=server, account='token = "abc"') + '[media]\nstorage = "pictures"\n')
    monkeypatch.chdir(there)
    assert load_settings(path, {}).database_url == f"sqlite:///{here / 'name.db'}"
    (there / "name.db").touch()
    with pytest.raises(SettingsError) as refused:
        load_settings(path, {})
    said = (f"{path}: server.database_url: 'name.db' is taken from the folder of this file: {here / 'name.db'}, {{}}. Earlier "
            f"versions took it from where they were started, and {there / 'name.db'} lies there. Write the whole path of the "
            "right one.")
    assert str(refused.value) == said.format("which is not there")
    (here / "name.db").touch()
    with pytest.raises(SettingsError, match="which is there too"):
        load_settings(path, {})
    (here / "name.db").unlink()
    (here / "name.db").symlink_to(there / "name.db")
    (there / "pictures").mkdir()
    with pytest.raises(SettingsError, match=r"media\.storage: 'pictures' is taken from the folder of this file"):
        load_settings(path, {})
    (there / "pictures").rmdir()
    assert load_settings(path, {}).media.storage == str(here / "pictures")


def test_database_that_the_services_made_in_their_own_folder_stops_a_start_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (program := tmp_path / "program").mkdir()
    (program / "name.db").touch()
    monkeypatch.setattr("bot.setting_paths.PROGRAM", program)
    server = f'database_url = "sqlite:///name.db"\nsecret_key = "{"k" * 40}"'
    path = _file(tmp_path, PLAIN.format(server=server, account='token = "abc"'))
    with pytest.raises(SettingsError, match="which is not there"):
        load_settings(path, {})


def test_raw_values_are_left_as_they_were(tmp_path: Path) -> None:
    raw = raw_settings(tmp_path)
    before = copy.deepcopy(raw)
    parse_settings(raw, base=tmp_path, source="x")
    assert raw == before


HERE = "https://desk.example.org"


@pytest.mark.parametrize("address", ["", HERE, f"{HERE}/", "http://127.0.0.1:8000", "https://desk.example.org/woodpecker"])
def test_address_from_outside_is_kept_without_its_last_slash(tmp_path: Path, address: str) -> None:
    settings = parse_settings(_changed(tmp_path, "server.public_url", address), base=tmp_path, source="x")
    assert settings.server.public_url == address.rstrip("/")


@pytest.mark.parametrize("address", ["desk.example.org", f"{HERE}/?x", "ftp://desk.example.org", f"{HERE}\n", "javascript:x()"])
def test_address_from_outside_is_one_that_a_browser_opens(tmp_path: Path, address: str) -> None:
    said = _said(_changed(tmp_path, "server.public_url", address), tmp_path)
    assert f"server.public_url: found a text of {len(address)} characters; expected: the address from outside" in said


CODE = "http://weixin.qq.com/r/oC3yLlrExAmPlE_-9/+="


@pytest.mark.parametrize("code", ["", CODE, "https://u.example.cn/?a=1&b=%20"])
def test_accounts_own_code_is_kept_as_it_is(tmp_path: Path, code: str) -> None:
    settings = parse_settings(_changed(tmp_path, "accounts.main.qr_code", code), base=tmp_path, source="x")
    assert settings.accounts["main"].qr_code == code


@pytest.mark.parametrize(("code", "word"), [
    ("weixin.qq.com/r/x", "what the account's own QR code says, like http://weixin.qq.com/r/..."),
    ("http://", "like http://"), ("http://weixin.qq.com/r/a b", "like http://"), (CODE + "\n", "like http://"),
    ("gh_000000000001", "like http://"), ("http://微信.cn/r/x", "like http://"),
    ("http://a/" + "x" * 120, "at most 128 characters"),
])  # fmt: skip
def test_accounts_own_code_is_an_address_short_enough_for_print(tmp_path: Path, code: str, word: str) -> None:
    said = _said(_changed(tmp_path, "accounts.main.qr_code", code), tmp_path)
    assert said.startswith("config.toml: accounts.main.qr_code: found ")
    assert word in said


def test_mail_needs_the_address_of_its_links(tmp_path: Path) -> None:
    raw = _changed(tmp_path, "mail", {"host": "mail.example.org", "sender": "a@b.c"})
    assert "config.toml: mail: found a table; expected: public_url in [server] as well" in _said(raw, tmp_path)


@pytest.mark.parametrize(("tables", "where"), [
    ({"mail": HERE}, "[mail]"), ({"claims": f"{HERE}/"}, "[claims]"), ({"mail": "", "claims": HERE}, "[mail] and [claims]"),
    ({"mail": HERE, "claims": f"{HERE}/"}, "[mail] and [claims]"), ({"server": HERE, "claims": HERE}, "[claims]"),
])  # fmt: skip
def test_address_where_it_once_stood_is_taken_and_the_log_says_where_it_belongs(
        tmp_path: Path, caplog: pytest.LogCaptureFixture, tables: dict[str, str], where: str) -> None:
    raw = raw_settings(tmp_path)
    for table, address in tables.items():
        raw.setdefault(table, {})["public_url"] = address
    before = copy.deepcopy(raw)
    with caplog.at_level(logging.WARNING):
        settings = parse_settings(raw, base=tmp_path, source="config.toml")
    assert (settings.server.public_url, raw) == (HERE, before)
    assert [one.getMessage() for one in caplog.records] == [
        f"config.toml: public_url belongs into [server]; please move it there from {where}. Until then it is taken from there."]


def test_mail_set_up_before_the_address_moved_still_starts(tmp_path: Path) -> None:
    raw = _changed(tmp_path, "mail", {"host": "mail.example.org", "sender": "a@b.c", "public_url": HERE})
    assert parse_settings(raw, base=tmp_path, source="x").server.public_url == HERE


def test_empty_address_where_it_once_stood_is_nothing_to_speak_of(
        tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    raw = _changed(tmp_path, "mail.public_url", "")
    assert (parse_settings(raw, base=tmp_path, source="x").server.public_url, caplog.records) == ("", [])


def test_two_different_addresses_are_refused_with_what_to_do(tmp_path: Path) -> None:
    raw = _changed(tmp_path, "mail.public_url", "https://inner.example.org") | {"claims": {"public_url": HERE}}
    assert _said(raw, tmp_path) == ("config.toml: public_url: found different ones in [mail] and [claims]; "
                                    "expected: only one, in [server], the address that readers open.")


@pytest.mark.parametrize(("demo", "kind"), [(False, SystemClock), (True, ShiftedClock)])
def test_only_the_demo_has_a_clock_that_can_be_moved(tmp_path: Path, demo: bool, kind: type) -> None:
    raw = raw_settings(tmp_path) | {"demo": {"enabled": demo}}
    assert type(parse_settings(raw, base=tmp_path, source="x").clock()) is kind


def test_the_secrets_of_the_example_are_refused_at_a_real_start() -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(EXAMPLE, {})
    assert [line.split(": ", 2)[1] for line in str(refused.value).splitlines()] == [
        "server.secret_key", "accounts.main.app_id", "accounts.main.original_id", "accounts.main.token", "accounts.main.aes_key"]
