"""Every setting: `config/dialgate.toml`, overridden by `DIALGATE_<SECTION>__<KEY>`. Unknown keys are errors.

Reads files and environment; opens nothing and knows nothing of what the settings are for.
"""

from __future__ import annotations

import base64
import ipaddress
import os
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PREFIX = "DIALGATE_"
DEFAULT_FILE = Path("config/dialgate.toml")
KEY_BYTES = 32


class SettingsError(Exception):
    """`str(error)` names the key, what is wrong with it, and the mend."""


def _listed(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Secrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_listed)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Server(_Section):
    listen: str = "127.0.0.1:8080"
    workers: int = Field(default=1, ge=1, le=64)
    webhook_listen: str = ""
    public_url: str = "http://127.0.0.1:8080"

    @field_validator("listen", "webhook_listen")
    @classmethod
    def _address(cls, value: str) -> str:
        if value:
            host_and_port(value)
        return value

    @field_validator("public_url")
    @classmethod
    def _public(cls, value: str) -> str:
        return _plain_url(value)


class Data(_Section):
    dir: Path = Path("var")


class Security(_Section):
    pepper: SecretStr = SecretStr("")
    master_keys: Secrets = ()

    @field_validator("pepper")
    @classmethod
    def _pepper(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            key_bytes(value)
        return value

    @field_validator("master_keys")
    @classmethod
    def _keys(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for key in value:
            key_bytes(key)
        return value


class GuardStore(_Section):
    url: SecretStr = SecretStr("")
    accept_volatile: bool = False


class Ledger(_Section):
    url: SecretStr = SecretStr("")


class Twilio(_Section):
    base_url: str = "https://api.twilio.com"
    account_sid: str = ""
    api_key_sid: str = ""
    api_key_secret: SecretStr = SecretStr("")
    auth_tokens: Secrets = ()
    calls_per_second: float = Field(default=1, ge=0)
    inert_parameters: Names = ()

    @model_validator(mode="before")
    @classmethod
    def _alias(cls, written: object) -> object:
        """`auth_token` is another word for `auth_tokens`."""
        if not isinstance(written, dict):
            return written
        alias = written.get("auth_token")
        rest = {key: value for key, value in written.items() if key != "auth_token"}
        return rest if alias is None or rest.get("auth_tokens") else {**rest, "auth_tokens": alias}

    @field_validator("base_url")
    @classmethod
    def _base(cls, value: str) -> str:
        return _plain_url(value)

    @property
    def loopback(self) -> bool:
        """Whether the carrier is a stand-in on this machine, so that nobody can really be called."""
        return is_loopback(self.base_url)


class Carrier(_Section):
    twilio: Twilio = Twilio()


class Policy(_Section):
    dir: Path = Path("config/policies")


class Settings(BaseSettings):
    """Frozen once read. Secrets do not show in its text."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    server: Server = Server()
    data: Data = Data()
    security: Security = Security()
    guard_store: GuardStore = GuardStore()
    ledger: Ledger = Ledger()
    carrier: Carrier = Carrier()
    policy: Policy = Policy()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del settings_cls, dotenv_settings, file_secret_settings
        return (env_settings, init_settings)


def read_settings(file: Path | None = None) -> Settings:
    """From `file`, or from `config/dialgate.toml` where that exists, and the environment. Errors: `SettingsError`."""
    if file is not None and not file.is_file():
        raise SettingsError(f"There is no settings file {file}. Copy config/dialgate.toml and change it.")
    chosen = file or (DEFAULT_FILE if DEFAULT_FILE.is_file() else None)
    _refuse_unknown_variables()
    try:
        written = TomlConfigSettingsSource(Settings, chosen)() if chosen else {}
        if f"{PREFIX}CARRIER__TWILIO__AUTH_TOKEN" in os.environ:  # the other word for what the file may say as well
            written.get("carrier", {}).get("twilio", {}).pop("auth_tokens", None)
    except ValueError as error:
        raise SettingsError(f"{chosen} is no TOML: {error}") from None
    try:
        return Settings(**written)
    except ValidationError as error:
        raise SettingsError(_sentence(error, str(chosen or "the environment"))) from None
    except ValueError as error:
        raise SettingsError(f"A variable holds what is no value of its setting: {error}") from None


def host_and_port(address: str) -> tuple[str, int]:
    """`127.0.0.1:8080` or `[::1]:8080`. Errors: `ValueError`."""
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdecimal() or not 0 <= int(port) < 65_536 or not host:  # noqa: PLR2004 - ports are 16 bits
        raise ValueError(f"{address!r} is no address; write host:port, for instance 127.0.0.1:8080")
    return host.strip("[]"), int(port)


def key_bytes(secret: SecretStr) -> bytes:
    """Exactly 32 bytes out of their base64. Errors: `ValueError`."""
    try:
        key = base64.b64decode(secret.get_secret_value(), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError("32 bytes in base64 are needed; make some with: openssl rand -base64 32")
    return key


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine whatever a resolver says."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _plain_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("write it as http(s)://host[:port][/path], without user, query or fragment")
    return value.rstrip("/")


def _refuse_unknown_variables() -> None:
    """Variables of known sections are checked by their models; a misspelt section would go unnoticed."""
    for name in os.environ:
        section, deep, _ = name.removeprefix(PREFIX).partition("__")
        if name.startswith(PREFIX) and deep and section.lower() not in Settings.model_fields:
            known = ", ".join(f"{PREFIX}{known.upper()}__..." for known in Settings.model_fields)
            raise SettingsError(f"The variable {name} names no section. There are {known}")


def _sentence(error: ValidationError, where: str) -> str:
    lines = []
    for found in error.errors(include_input=False, include_url=False):
        key = ".".join(str(part) for part in found["loc"])
        what = "there is no such setting" if found["type"] == "extra_forbidden" else found["msg"]
        lines.append(f"{key}: {what.removeprefix('Value error, ')}")
    return f"Settings of {where} and the environment:\n  " + "\n  ".join(lines)
