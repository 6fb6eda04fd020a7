"""What the gateway was told: flags over environment (`GATEWAY_…`) over `[gateway]` in the configuration file.

What it asks, the R1 servers, is `commands.settings`' matter; weights and the keys of further servers are here.
"""

from __future__ import annotations

import ipaddress
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError

if TYPE_CHECKING:
    from commands.settings import Settings
    from gateway.engines.upstream import Server

PORT = 8080
TABLE = "gateway"
"""Of the configuration file."""
_PATHS = frozenset({"key_file", "audit_key_file", "certificate", "certificate_key", "client_authorities", "weights"})
_SECRETS = ("webhook", "webhook_secret")
MOST_WEIGHT = 1000


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Everything but the R1 servers. Each is also a variable: `GATEWAY_` and its name in capitals."""

    host: str = "127.0.0.1"
    port: int = PORT
    database: str = ""
    """`sqlite:///PATH` or `postgresql://…`; empty for a file in the data folder."""
    redis: str = ""
    """`redis://HOST:PORT/0`: what gateways share: answers, sessions, limits, replays. Empty: each has its own."""
    key_file: str = ""
    """Opens the secrets in the database; empty for a file in the data folder."""
    audit_key_file: str = ""
    """Signs the log; empty for a file in the data folder."""
    certificate: str = ""
    certificate_key: str = ""
    client_authorities: str = ""
    """Clients must show a certificate of one of these."""
    trusted_proxies: str = ""
    """Addresses and networks whose X-Forwarded-For is believed, commas between."""
    cache: str = "on"
    """Complete answers, in memory or Redis: on or off."""
    weights: str = ""
    """A folder with a model in CTranslate2's format, which then answers instead of R1 servers."""
    slots: int = 32
    """Calls that are with the engine at once."""
    waiting: int = 1024
    """Calls that may wait for one of these."""
    connections: int = 4096
    drain_s: float = 30.0
    """For calls under way once it is told to stop."""
    retention_days: float = 180.0
    """Of the audit log."""
    maximum_qps: float = 0.0
    """The most calls a second that it is meant to take, for the 80 % alert; 0: measured."""
    alert_load_share: float = 0.8
    """When alerts are raised: from here to `alert_ends_below` field by field as in `gateway.monitoring.alerts`."""
    alert_overhead_p99_ms: float = 500.0
    alert_first_event_p99_ms: float = 500.0
    alert_failed_share: float = 0.05
    alert_queue_p95_ms: float = 2000.0
    alert_least_calls: int = 20
    alert_raise_after_s: float = 10.0
    alert_end_after_s: float = 30.0
    alert_ends_below: float = 0.8
    webhook: str = field(default="", repr=False)
    """Where alerts go."""
    webhook_secret: str = field(default="", repr=False)
    docs: bool = True
    """Serve `/docs` and `/openapi.json`."""

    @property
    def address(self) -> str:
        """Where a gateway with these settings is reached from this machine; at its usual port where it takes any."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host
        shown = f"[{host}]" if ":" in host else host
        return f"{'https' if self.certificate else 'http'}://{shown}:{self.port or PORT}"

    def chosen(self, flags: Mapping[str, Any]) -> GatewaySettings:
        """A copy in which the flags that were given win. Raises `InputError`."""
        given = {name: value for name, value in flags.items() if value is not None}
        return _checked(replace(self, **given), {name: f"--{name.replace('_', '-')}" for name in given})


def load_gateway_settings(environment: Mapping[str, str], file: Path | None = None) -> GatewaySettings:
    """The settings of this machine, before flags. Raises `InputError` for a file or a variable that cannot be used."""
    from commands.settings import configuration_file

    file = file or configuration_file()
    told, places = _from_file(file)
    for each in fields(GatewaySettings):
        variable = f"GATEWAY_{each.name.upper()}"
        if environment.get(variable):
            told[each.name] = _read(environment[variable].strip(), each.name, variable)
            places[each.name] = variable
    return _checked(GatewaySettings(**told), places)


def servers(settings: Settings, targets: Sequence[str], environment: Mapping[str, str]) -> list[Server]:
    """The R1 servers that the gateway asks: `targets` as `--r1` takes them, or else what `settings` name.

    `=3` behind a target is its weight. Key, secret and model of the second target are `R1_2_API_KEY`, `R1_2_API_SECRET`
    and `R1_2_MODEL`, and so on, so that no server is sent another one's key. The fallback of the settings has weight 0.
    Raises `InputError` for a weight, `r1.SettingsError` for a server that cannot be used.
    """
    from gateway.engines.upstream import Server
    from r1.options import options_for

    if not targets and not settings.r1:
        return []
    first, weight = _weighed(targets[0]) if targets else (settings.r1, 1)
    options, *fallback = settings.chosen(r1=first).r1_options()
    found = [Server(options, weight)]
    for number, target in enumerate(targets[1:], 2):
        name, weight = _weighed(target)
        key, secret, model = (environment.get(f"R1_{number}_{what}", "") for what in ("API_KEY", "API_SECRET", "MODEL"))
        further = options_for(name, key, secret, model)
        found.append(Server(replace(further, tls=replace(options.tls)), weight))
    if not any(server.weight for server in found):
        raise InputError("--r1: every server has the weight 0, so none would be asked; give one of them more")
    return [*found, *(Server(each, 0) for each in fallback)]


def _weighed(target: str) -> tuple[str, int]:
    """A target and its weight; an address holds no `=` that could be mistaken for one."""
    match = re.fullmatch(r"(.*)=([^=/]*)", target.strip())
    if match is None:
        return target, 1
    name, weight = match.groups()
    if not re.fullmatch(r"[0-9]{1,4}", weight) or int(weight) > MOST_WEIGHT:
        raise InputError(f"--r1 {target}: the weight behind = must be a whole number from 0 to {MOST_WEIGHT}")
    return name, int(weight)


def _from_file(file: Path) -> tuple[dict[str, Any], dict[str, str]]:
    if not file.is_file():
        return {}, {}
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8")).get(TABLE, {})
        status = file.stat()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{file}: the configuration cannot be read ({error}); mend it, or remove it") from None
    known = {each.name for each in fields(GatewaySettings)}
    told: dict[str, Any] = {}
    for name, value in table.items() if isinstance(table, dict) else [("", table)]:
        place = f"{file}: '{TABLE}.{name}'".replace(".'", "'")
        if name not in known:
            raise InputError(f"{place} is not a setting; known: {', '.join(sorted(known))}")
        told[name] = _read(value, name, place)
    if any(told.get(name) for name in _SECRETS) or "@" in told.get("database", "") or "@" in told.get("redis", ""):
        from r1.credentials import exposure

        exposed = exposure(status, file)
        if exposed:
            raise InputError(f"{file}: holds a secret of the gateway and {exposed}")
    beside = {name: str(file.parent / Path(told[name]).expanduser()) for name in _PATHS & told.keys() if told[name]}
    return told | beside, {name: f"{file}: '{TABLE}.{name}'" for name in told}


def _read(value: Any, name: str, place: str) -> Any:
    """`value` as the setting's type. Raises `InputError`."""
    default = next(each.default for each in fields(GatewaySettings) if each.name == name)
    if isinstance(default, bool):
        words = {
            "true": True,
            "on": True,
            "yes": True,
            "1": True,
            "false": False,
            "off": False,
            "no": False,
            "0": False,
        }
        read: Any = value if isinstance(value, bool) else words.get(str(value).strip().lower())
        if read is None:
            raise InputError(f"{place} must be on or off, not {value!r}")
        return read
    if isinstance(default, str):
        if not isinstance(value, str):
            raise InputError(f"{place} must be a string; put its value in quotes")
        return value
    kind = int if isinstance(default, int) else float
    try:
        if isinstance(value, bool):
            raise ValueError
        return kind(value)
    except (TypeError, ValueError):
        what = "a whole number" if kind is int else "a number"
        raise InputError(f"{place} must be {what}, not {value!r}") from None


_BOUNDS: dict[str, tuple[float, float]] = {
    "port": (0, 65_535),
    "slots": (3, 100_000),
    "waiting": (0, 1_000_000),
    "connections": (1, 1_000_000),
    "drain_s": (0, 86_400),
    "retention_days": (0, 99_999),
    "maximum_qps": (0, 1e9),
    # Above 0: a limit of 0 would be reached by every reading, and its alert would never end.
    "alert_load_share": (0.01, 100),
    "alert_overhead_p99_ms": (1, 3_600_000),
    "alert_first_event_p99_ms": (1, 3_600_000),
    "alert_failed_share": (0.0001, 1),
    "alert_queue_p95_ms": (1, 3_600_000),
    "alert_least_calls": (1, 1_000_000),
    "alert_raise_after_s": (0, 86_400),
    "alert_end_after_s": (0, 86_400),
    "alert_ends_below": (0.01, 1),
}


def _checked(settings: GatewaySettings, places: Mapping[str, str]) -> GatewaySettings:
    for name, (least, most) in _BOUNDS.items():
        value = getattr(settings, name)
        if not math.isfinite(value) or not least <= value <= most:
            raise InputError(f"{places.get(name, name)} must be from {least:g} to {most:g}, not {value!r}")
    if settings.cache not in {"on", "off"}:
        raise InputError(f"{places.get('cache', 'cache')} must be on or off, not {settings.cache!r}")
    _check_proxies(settings.trusted_proxies, places.get("trusted_proxies", "trusted_proxies"))
    if not settings.host or not settings.host.isprintable():
        raise InputError(f"{places.get('host', 'host')}: name an address of this machine, such as 127.0.0.1")
    for name in ("certificate_key", "client_authorities"):
        if getattr(settings, name) and not settings.certificate:
            raise InputError(f"{places.get(name, name)} needs a certificate beside it: --certificate")
    return settings


def _check_proxies(listed: str, place: str) -> None:
    """Raises `InputError` for a name, which would be believed by nobody, and for a network with bits of a host."""
    for proxy in filter(None, (part.strip() for part in listed.split(","))):
        try:
            if proxy != "*":
                ipaddress.ip_network(proxy)
        except ValueError:
            raise InputError(
                f"{place}: {proxy!r} is neither an address nor a network; write them as 10.0.0.5 or 10.0.0.0/8, with "
                "commas between"
            ) from None
