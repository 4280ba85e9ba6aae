"""config.toml → frozen objects. The only place that reads the environment; it opens no database."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bot import moved_keys, setting_faults, setting_paths
from bot.clock import Clock, ShiftedClock, SystemClock
from bot.errors import SettingsError
from bot.setting_sections import (
    AlertSettings,
    IntegrationSettings,
    MediaSettings,
    MetricsSettings,
    NightSection,
    Section,
)

ENVIRONMENT_PREFIX = "WOODPECKER_"
REPORTS_A_DAY = 30
LONGEST_CODE = 128
"""Characters of the account's own QR code; more would make squares too small for newsprint in a narrow column."""
AnyPath = Annotated[Path, Field(strict=False)]


def _address(value: str, expected: str) -> str:
    if value and not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+(?:/[A-Za-z0-9._~/-]*)?", value, re.ASCII):
        raise ValueError(expected)
    return value.rstrip("/")


class ServerSettings(Section):
    """`[server]`: where things are kept and how they are reached."""

    data_dir: AnyPath = Path("data")
    database_url: str = Field(default="", repr=False)
    public_url: str = ""
    secret_key: str = Field(min_length=32, repr=False)
    secure_cookies: bool = True
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    session_hours: int = Field(default=12, ge=1, le=720)

    @field_validator("database_url")
    @classmethod
    def _database_form(cls, value: str) -> str:
        if value and not (value.startswith(("sqlite:///", "postgresql+psycopg://")) and setting_faults.names_a_database(value)):
            raise ValueError("nothing (SQLite in data_dir), or postgresql+psycopg://USER:PASSWORD@HOST/NAME")
        return value

    @field_validator("public_url")
    @classmethod
    def _url_form(cls, value: str) -> str:
        return _address(value, "the address from outside, like https://desk.example.org")


class NoticeSettings(Section):
    """`[accounts.NAME.notices.KIND]`: the template for one kind of notice, for readers who wrote too long ago."""

    template_id: str = Field(min_length=1, max_length=80)
    channel: Literal["template", "subscription"] = "template"
    page: str = ""
    fields: dict[str, Literal["kind", "text", "result", "number", "time", "account"]] = Field(min_length=1)


NoticeKind = Literal["outcome", "award", "ask_name", "desk", "receipt", "late_answer", "correction"]


class AccountSettings(Section):
    """`[accounts.NAME]`: one public account, as set in its own console."""

    title: str = Field(min_length=1)
    app_id: str = Field(min_length=6)
    original_id: str = Field(min_length=3)
    token: str = Field(min_length=3, max_length=32, repr=False)
    aes_key: str | None = Field(default=None, repr=False)
    app_secret: str | None = Field(default=None, repr=False)
    mode: Literal["plaintext", "compatible", "safe"] = "safe"
    body_format: Literal["xml", "json"] = "xml"
    kind: Literal["subscription", "service", "test"] = "subscription"
    verified: bool = False
    oauth: bool = False
    qr_code: str = Field(default="", max_length=LONGEST_CODE)
    notices: dict[NoticeKind, NoticeSettings] | None = None

    @field_validator("token")
    @classmethod
    def _token_form(cls, value: str) -> str:
        if not (value.isascii() and value.isalnum()):
            raise ValueError("3 to 32 letters and digits, as typed into the account's console")
        return value

    @field_validator("qr_code")
    @classmethod
    def _qr_code_form(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[A-Za-z0-9][!-~]*", value, re.ASCII):
            raise ValueError("what the account's own QR code says, like http://weixin.qq.com/r/...")
        return value

    @field_validator("aes_key")
    @classmethod
    def _aes_key_form(cls, value: str | None) -> str | None:
        if value is not None and not (len(value) == 43 and value.isascii() and value.isalnum()):
            raise ValueError(f"43 letters and digits (EncodingAESKey); this one has {len(value)}")
        return value

    @model_validator(mode="after")
    def _encrypted_modes_need_a_key(self) -> AccountSettings:
        if self.mode != "plaintext" and self.aes_key is None:
            raise ValueError(f"mode {self.mode!r} needs aes_key (the account's EncodingAESKey)")
        return self

    @model_validator(mode="after")
    def _oauth_needs_a_verified_service_account(self) -> AccountSettings:
        if self.oauth and not (self.app_secret and (self.kind == "test" or (self.kind == "service" and self.verified))):
            raise ValueError("oauth needs app_secret and a verified service account (or the test account)")
        return self

    @model_validator(mode="after")
    def _notices_need_a_verified_service_account(self) -> AccountSettings:
        if self.notices and self.kind != "test" and not (self.kind == "service" and self.verified):
            raise ValueError('notices need kind = "service" and verified = true: no other account may send them')
        return self


class WechatSettings(Section):
    """`[wechat]`: calls out to the platform."""

    api_base: str = "https://api.weixin.qq.com"
    oauth_base: str = "https://open.weixin.qq.com"
    connect_seconds: float = Field(default=3.0, gt=0, le=30)
    read_seconds: float = Field(default=10.0, gt=0, le=60)


class SchedulerSettings(Section):
    """`[scheduler]`: how often each job looks for work."""

    every_seconds: int = Field(default=15, ge=1, le=3600)
    rounds_ahead: int = Field(default=3, ge=1, le=24)


class ReadersSettings(NightSection):
    """`[readers]`: what is asked of them, and at which hours nobody is written to who did not just write himself."""

    reports_a_day: int = Field(default=REPORTS_A_DAY, ge=1, le=10_000)


class DeskSettings(Section):
    """`[desk]`: what readers are told about reaching a person."""

    phone: str = ""
    hours: str = ""


class MailSettings(Section):
    """`[mail]`: how e-mail to members of staff leaves; switched off where `host` is empty."""

    host: str = ""
    port: int = Field(default=0, ge=0, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = Field(default="", repr=False)
    sender: str = ""
    seconds: float = Field(default=10.0, gt=0, le=60)

    @field_validator("sender")
    @classmethod
    def _sender_form(cls, value: str) -> str:
        if value and not re.fullmatch(r"(?:[^<>\r\n\"]*<[^\s<>@\"]+@[^\s<>@\"]+>|[^\s<>@\"]+@[^\s<>@\"]+)", value):
            raise ValueError("an address, or a name with the address in <>")
        return value

    @model_validator(mode="after")
    def _whole_or_off(self) -> MailSettings:
        if self.host and not self.sender:
            raise ValueError("sender as well, where host is set")
        if self.host and self.user and self.security == "none" and self.host not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError('security "starttls" or "tls" where user is set: the password would travel in the open')
        return self

    @property
    def port_used(self) -> int:
        """The port set, else the usual one of the security chosen."""
        return self.port or {"starttls": 587, "tls": 465, "none": 25}[self.security]


class RecordsSettings(Section):
    """`[records]`: `signing_key` is read when a record is signed, not at the start: a lost key stops nothing."""

    signing_key: AnyPath | None = None


class ClaimsSettings(Section):
    """`[claims]`: how winners come to their prizes. `keys` is read when it is needed, so that it can be changed meanwhile."""

    keys: AnyPath | None = None
    days: int = Field(default=60, ge=7, le=366)
    keep_days: int = Field(default=30, ge=0, le=366)
    phone_days: int = Field(default=180, ge=30, le=3660)
    by_post: bool = False
    place: str = ""


class PrivacySettings(Section):
    """`[privacy]`: how long readers' own words are kept; docs/privacy.md says what else goes when."""

    words_months: int = Field(default=12, ge=3, le=120)


class BackupSettings(Section):
    """`[backup]`: what `python -m bot backup` and `restore` need on PostgreSQL."""

    postgresql_programs: AnyPath | None = None


class LogSettings(Section):
    """`[logs]`: how log lines look."""

    form: Literal["text", "json"] = "text"


class DemoSettings(Section):
    """`[demo]`: only for trying out; never on a real account."""

    enabled: bool = False
    simulator_port: int = Field(default=8001, ge=1, le=65535)


class Settings(Section):
    """The whole configuration."""

    server: ServerSettings
    accounts: dict[str, AccountSettings] = Field(min_length=1)
    wechat: WechatSettings = WechatSettings()
    media: MediaSettings = MediaSettings()
    scheduler: SchedulerSettings = SchedulerSettings()
    readers: ReadersSettings = ReadersSettings()
    desk: DeskSettings = DeskSettings()
    mail: MailSettings = MailSettings()
    records: RecordsSettings = RecordsSettings()
    claims: ClaimsSettings = ClaimsSettings()
    privacy: PrivacySettings = PrivacySettings()
    backup: BackupSettings = BackupSettings()
    logs: LogSettings = LogSettings()
    alerts: AlertSettings = AlertSettings()
    metrics: MetricsSettings = MetricsSettings()
    integration: IntegrationSettings = IntegrationSettings()
    demo: DemoSettings = DemoSettings()

    @field_validator("accounts")
    @classmethod
    def _account_names(cls, value: dict[str, AccountSettings]) -> dict[str, AccountSettings]:
        for name in value:
            if not (name.isascii() and name.replace("-", "").isalnum() and len(name) <= 40):
                raise ValueError(f"account name {name!r}: letters, digits and - only, at most 40")
        return value

    @field_validator("mail")
    @classmethod
    def _mail_holds_links(cls, value: MailSettings, known: ValidationInfo) -> MailSettings:
        server = known.data.get("server")  # absent where it is wrong itself
        if value.host and server is not None and not server.public_url:
            raise ValueError("public_url in [server] as well, where host is set: mails hold links")
        return value

    @field_validator("alerts")
    @classmethod
    def _alerts_by_mail_need_a_relay(cls, value: AlertSettings, known: ValidationInfo) -> AlertSettings:
        mail = known.data.get("mail")
        if value.mail_to and mail is not None and not mail.host:
            raise ValueError("host in [mail] as well, where mail_to is set")
        return value

    @property
    def database_url(self) -> str:
        return self.server.database_url or f"sqlite:///{self.server.data_dir / 'woodpecker.db'}"

    def clock(self) -> Clock:
        """The machine's clock, or in the demo one that can be moved."""
        return ShiftedClock(self.server.data_dir / "clock.json") if self.demo.enabled else SystemClock()


def config_path() -> Path:
    return Path(os.environ.get(ENVIRONMENT_PREFIX + "CONFIG", "config.toml"))


PLACEHOLDER = re.compile("replace.*|(?:wx|gh_)0+")
"""The form of the values in config.example.toml that everybody must replace."""


def load_settings(
    path: Path | None = None, environment: Mapping[str, str] | None = None, *, placeholders: bool = False
) -> Settings:
    """Reads the file, then secrets from `KEY_file` and from WOODPECKER_SECTION_KEY; SettingsError if wrong.

    The example's own secrets are known to everybody and refused, unless `placeholders` lets them pass.
    """
    path, text = path or config_path(), ""
    try:
        text = path.read_text(encoding="utf-8-sig")  # an editor of Windows puts a mark before the first letter
        raw = tomllib.loads(text)
    except FileNotFoundError:
        raise SettingsError(f"{path}: no such file. Copy config.example.toml there and fill it in.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as problem:
        raise SettingsError(setting_faults.unreadable(path, problem, text)) from None
    base = path.resolve().parent
    raw = setting_paths.texts_of_files(raw, base, str(path))
    _from_environment(raw, os.environ if environment is None else environment)
    settings = parse_settings(raw, base=base, source=str(path))
    setting_paths.refuse_left_behind(setting_paths.written(raw), base, str(path))
    if not placeholders:
        _refuse_placeholders(settings, str(path))
    return settings


def _refuse_placeholders(settings: Settings, source: str) -> None:
    secrets = {"server.secret_key": settings.server.secret_key}
    for name, account in settings.accounts.items():
        secrets |= {f"accounts.{name}.{key}": getattr(account, key) or ""
                    for key in ("app_id", "original_id", "token", "aes_key")}
    left = [key for key, value in secrets.items() if PLACEHOLDER.fullmatch(value)]
    if left:
        raise SettingsError("\n".join(f"{source}: {key}: still the example's; put your own there." for key in left))


def parse_settings(raw: dict[str, Any], *, base: Path, source: str) -> Settings:
    """Checks the values; relative paths are taken from `base`. SettingsError names every wrong key."""
    try:
        settings = Settings.model_validate(moved_keys.settled(raw, source))
    except ValidationError as problem:
        raise SettingsError("\n".join(setting_faults.sentence(source, dict(one)) for one in problem.errors())) from None
    server = {"data_dir": base / settings.server.data_dir,
              "database_url": setting_paths.database(settings.server.database_url, base)}
    storage = setting_paths.storage(settings.media.storage, base)
    key, claim_keys, programs = settings.records.signing_key, settings.claims.keys, settings.backup.postgresql_programs
    return settings.model_copy(update={
        "server": settings.server.model_copy(update=server),
        "media": settings.media.model_copy(update={"storage": storage}),
        "records": settings.records.model_copy(update={"signing_key": key and base / key}),
        "claims": settings.claims.model_copy(update={"keys": claim_keys and base / claim_keys}),
        "backup": settings.backup.model_copy(update={"postgresql_programs": programs and base / programs})})


def _from_environment(raw: dict[str, Any], environment: Mapping[str, str]) -> None:
    """WOODPECKER_SERVER_SECRET_KEY, WOODPECKER_ACCOUNTS_MAIN_TOKEN, … win over the file (texts only)."""
    server = raw.setdefault("server", {})
    for key in ("secret_key", "database_url"):
        _take(server, key, f"server_{key}", environment)
    _take(raw.setdefault("mail", {}), "password", "mail_password", environment)
    for key in ("robot_url", "webhook_url"):
        _take(raw.setdefault("alerts", {}), key, f"alerts_{key}", environment)
    _take(raw.setdefault("metrics", {}), "token", "metrics_token", environment)
    for key in ("webhook_url", "webhook_secret"):
        _take(raw.setdefault("integration", {}), key, f"integration_{key}", environment)
    for key in ("storage_key", "storage_secret"):
        _take(raw.setdefault("media", {}), key, f"media_{key}", environment)
    accounts = raw.get("accounts", {})
    for name, account in accounts.items() if isinstance(accounts, dict) else ():
        for key in ("token", "aes_key", "app_secret", "app_id", "original_id"):
            _take(account, key, f"accounts_{name.replace('-', '_')}_{key}", environment)


def _take(section: object, key: str, path: str, environment: Mapping[str, str]) -> None:
    value = environment.get(ENVIRONMENT_PREFIX + path.upper())
    if value is not None and isinstance(section, dict):  # else parse_settings says that a table is expected
        section[key] = value
