"""`make run`: a demonstration tenant, a simulated carrier, and the values that the README's tour uses."""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from dialgate.bootstrap.children import Child
from dialgate.bootstrap.keys import write_private
from dialgate.settings import Settings, SettingsError

FILE = "demo.env"
TENANT = "demo"
SIMULATOR = "127.0.0.1:8081"
NUMBERS = {
    "DEMO_FROM": "+12025550100",
    "DEMO_TO_OPEN": "+12025550123",
    "DEMO_TO_REFUSED": "+12025550199",
    "DEMO_TO_CLOSED": "+18005550199",
}
"""Numbers set aside for fiction (555-0100 to 555-0199, and 800-555-0199); nobody has them."""
POLICY = {"base": "open", "calling_hours": {"windows": {"daily": [["00:00", "24:00"]]}}}
"""Open at any hour, wherever it is known what hour that is; a toll-free number does not tell."""


@dataclass(slots=True)
class Demo:
    values: dict[str, str]
    new: bool
    simulator_listen: str = field(default=SIMULATOR)
    file: Path = field(default=Path(FILE))

    @classmethod
    def announce(cls, given: Settings) -> Self:
        """Read or invent the demonstration's credentials and put them into the environment, where a setting that the
        user gave goes first. Nothing is written yet: the directory is not ours before it is locked. `given`: what is
        set without them; whoever calls reads the settings again afterwards.
        """
        file = given.data.dir / FILE
        base_url = given.carrier.twilio.base_url if given.carrier.twilio.loopback else ""
        listen = os.environ.get("DIALGATE_SIMULATOR_LISTEN") or _address(base_url) or SIMULATOR
        values = _read(file) if file.exists() else _invent()
        os.environ.setdefault("DIALGATE_CARRIER__TWILIO__BASE_URL", base_url or f"http://{listen}")
        os.environ.setdefault("DIALGATE_CARRIER__TWILIO__ACCOUNT_SID", values["CARRIER_ACCOUNT_SID"])
        os.environ.setdefault("DIALGATE_CARRIER__TWILIO__AUTH_TOKENS", values["CARRIER_AUTH_TOKEN"])
        os.environ.setdefault("DIALGATE_CARRIER__TWILIO__CALLS_PER_SECOND", "0")
        return cls(values, new=not file.exists(), simulator_listen=listen, file=file)

    def write(self, settings: Settings) -> None:
        """Keep them, with the addresses of this run. Errors: `SettingsError` unless the carrier is on this machine."""
        if not settings.carrier.twilio.loopback:
            raise SettingsError(
                "A demonstration needs the simulated carrier; unset DIALGATE_CARRIER__TWILIO__BASE_URL."
            )
        listen = settings.server.listen
        if "DIALGATE_SERVER__PUBLIC_URL" not in os.environ:
            os.environ["DIALGATE_SERVER__PUBLIC_URL"] = f"http://{listen}"
        self.values["DIALGATE_URL"] = f"http://{listen}"
        self.values["SIMULATOR_URL"] = f"http://{self.simulator_listen}"
        text = "".join(f"{name}={value}\n" for name, value in self.values.items())
        write_private(settings.data.dir / FILE, text)

    def simulator(self) -> Child:
        command = [
            *(sys.executable, "-m", "dialgate", "simulator"),
            *("--listen", self.simulator_listen, "--gate", self.values["DIALGATE_URL"]),
        ]
        names = ("CARRIER_ACCOUNT_SID", "CARRIER_AUTH_TOKEN")
        return Child("simulator", command, environment={name: self.values[name] for name in names})

    def greeting(self) -> str:
        return (
            f"\ndialgate   {self.values['DIALGATE_URL']}\nsimulator  {self.values['SIMULATOR_URL']}\n"
            f"account    {self.values['TWILIO_ACCOUNT_SID']}   (token and keys in {self.file})\n\n"
            f"Try, in another terminal (the README's tour goes on from here):\n"
            f"  source {self.file}\n"
            '  curl -s -u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" --data-urlencode "To=$DEMO_TO_OPEN" \\\n'
            '    --data-urlencode "From=$DEMO_FROM" -d "Body=Hello" \\\n'
            '    "$DIALGATE_URL/2010-04-01/Accounts/$TWILIO_ACCOUNT_SID/Messages.json"\n'
            "  .venv/bin/dialgate blocked --follow\n\nCtrl-C stops everything and loses nothing.\n"
        )


def _address(base_url: str) -> str:
    """Where a simulator must listen to be met there; empty where none can: it speaks no TLS."""
    parts = urlsplit(base_url)
    if parts.scheme != "http":
        return ""
    host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname or ""
    return f"[{host}]:{parts.port or 80}" if ":" in host else f"{host}:{parts.port or 80}"


def _invent() -> dict[str, str]:
    """Credentials that look like the carrier's, because SDKs insist on it."""
    return {
        "DIALGATE_URL": "",
        "DIALGATE_KEY_SID": "SK" + secrets.token_hex(16),
        "DIALGATE_KEY_SECRET": secrets.token_hex(32),
        "TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "SIMULATOR_URL": "",
        "CARRIER_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "CARRIER_AUTH_TOKEN": secrets.token_hex(16),
        **NUMBERS,
    }


def _read(file: Path) -> dict[str, str]:
    """A demonstration of an earlier version may lack a number."""
    written = dict(line.partition("=")[::2] for line in file.read_text().splitlines() if "=" in line)
    values = {**NUMBERS, **written}
    missing = sorted(set(_invent()) - set(values))
    if missing:
        raise SettingsError(
            f"{file} lacks {', '.join(missing)}. Delete the data directory to start a new demonstration."
        )
    return values
