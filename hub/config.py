"""Settings of the hub: one TOML file, each option with type, default, unit and a sentence.

`hub.options` reads it; OPERATIONS.md lists it, and a test checks that the list is complete.
"""

from dataclasses import dataclass
from pathlib import Path

from hub.options import load_options, option, table


@dataclass(frozen=True)
class ServerOptions:
    host: str = option("Address to listen on. TLS is the front server's work.", default="127.0.0.1")
    port: int = option(
        "Port to listen on; 0: any free one, told in the log.",
        default=8080,
        check=lambda v: 0 <= v <= 65535,
        expected="0 to 65535",
    )
    public_url: str = option(
        "Address as browsers see it: their Origin header must be this. Required behind a TLS front.",
        default="http://localhost:8080",
        check=lambda v: v.startswith(("http://", "https://")) and not v.endswith("/"),
        expected="starting with http:// or https://, without a slash at the end",
    )
    trusted_proxies: list[str] = option("Addresses of front servers whose X-Forwarded-For is believed.", default=[])
    drain_s: float = option(
        "On a planned stop, clients are sent away within this time.",
        default=10.0,
        unit="s",
        check=lambda v: 0 <= v <= 30,
        expected="0 to 30",
    )


@dataclass(frozen=True)
class DatabaseOptions:
    url: str = option(
        "SQLAlchemy address. sqlite:///relative.db, sqlite:////absolute.db or postgresql+psycopg://user@host/name.",
        default="sqlite:///visio-hub.db",
    )


@dataclass(frozen=True)
class IceOptions:
    stun_urls: list[str] = option("STUN servers given to both parties; only your own.", default=[])
    turn_urls: list[str] = option(
        "TURN servers, in the order to try: turn:host:3478?transport=udp, then tcp, then turns:host:443.", default=[]
    )
    turn_secret_file: str = option("File with coturn's static-auth-secret; empty: no TURN.", default="")
    credential_ttl_s: int = option(
        "Life of a TURN credential.", default=7200, unit="s", check=lambda v: 60 <= v <= 86400, expected="60 to 86400"
    )


@dataclass(frozen=True)
class RoutingOptions:
    timezone: str = option("Time zone of opening hours.", default="Europe/Paris")
    offline_grace_s: float = option(
        "A station that loses its link keeps its call for this long, and a kiosk before the picture.",
        default=20.0,
        unit="s",
    )
    peer_lost_s: float = option(
        "A connected call that neither party reports any more, or whose kiosk has no network, is ended after this.",
        default=60.0,
        unit="s",
    )
    kept_place_s: float = option(
        "A caller whose kiosk is cut off keeps the place for this long.", default=90.0, unit="s"
    )
    queue_limit_s: float = option("Longest wait before the call is ended as unanswered.", default=3600.0, unit="s")


@dataclass(frozen=True)
class AccountOptions:
    session_idle_s: int = option(
        "A signed-in page that shows no life for this long must sign in again.", default=43200, unit="s"
    )
    session_max_s: int = option("Longest life of a sign-in, whatever happens.", default=57600, unit="s")
    enrolment_code_ttl_s: int = option("Life of a one-time enrolment code.", default=900, unit="s")


@dataclass(frozen=True)
class LimitOptions:
    sign_in_per_minute: int = option(
        "Attempts to sign in, per address and per account.", default=10, unit="attempts/min"
    )
    enrol_per_minute: int = option("Attempts to enrol, per address.", default=10, unit="attempts/min")
    messages_per_s: int = option("Messages accepted from one socket, on average.", default=50, unit="messages/s")
    messages_burst: int = option("Messages accepted from one socket at once.", default=200, unit="messages")


@dataclass(frozen=True)
class HubConfig:
    log_level: str = option(
        "How much is logged: debug, info, warning or error. Never content.",
        default="info",
        check=lambda value: value in ("debug", "info", "warning", "error"),
        expected="debug, info, warning or error",
    )
    server: ServerOptions = table("The web server.", ServerOptions)
    database: DatabaseOptions = table("The database.", DatabaseOptions)
    ice: IceOptions = table("STUN and TURN.", IceOptions)
    routing: RoutingOptions = table("Calls.", RoutingOptions)
    accounts: AccountOptions = table("Agents and kiosks.", AccountOptions)
    limits: LimitOptions = table("Rate limits.", LimitOptions)


def load(file: Path) -> HubConfig:
    """Read the hub's settings.

    Raises:
        hub.options.OptionsError: with every problem of the file.
    """
    return load_options(file, HubConfig)
