"""Explicit ICE servers with short-lived TURN credentials; nobody else's server is ever named.

The credentials follow coturn's `use-auth-secret` (draft-uberti-behave-turn-rest-00): the user name is
`expiry:identity`, the password base64(HMAC-SHA1(secret, user name)). SHA-1 is what the TURN server computes;
as an HMAC it is not weakened by the known collisions.
"""

import base64
import hashlib
import hmac
import re
from pathlib import Path

from hub.config import IceOptions
from hub.options import OptionsError
from hub.protocol import IceServer

_MAX_URLS = 8
# RFC 7064 and RFC 7065: scheme, host (name, IPv4, or IPv6 in brackets), port, transport.
_HOST = r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?"
_STUN_URL = re.compile(rf"stuns?:{_HOST}")
_TURN_URL = re.compile(rf"turns?:{_HOST}(\?transport=(udp|tcp))?")


class IceIssuer:
    """Gives the servers to use to whoever was authenticated.

    Raises (constructor):
        hub.options.OptionsError: a wrong address, TURN addresses without a secret, or a secret that cannot be
            read; the secret itself is never in the text.
    """

    def __init__(self, options: IceOptions) -> None:
        problems = [
            f"ice.{name}: {url!r} is not a {word} address, such as {example}"
            for name, urls, pattern, word, example in (
                ("stun_urls", options.stun_urls, _STUN_URL, "STUN", "stun:turn.example.org:3478"),
                ("turn_urls", options.turn_urls, _TURN_URL, "TURN", "turn:turn.example.org:3478?transport=udp"),
            )
            for url in urls
            if not pattern.fullmatch(url)
        ]
        secret_file = Path(options.turn_secret_file)
        if options.turn_urls and not options.turn_secret_file:
            problems.append("ice.turn_urls is given but not ice.turn_secret_file: TURN servers refuse without it")
        self._secret = b""
        if options.turn_secret_file:
            try:
                self._secret = secret_file.read_bytes().strip()
            except OSError as error:
                problems.append(f"ice.turn_secret_file: {secret_file} cannot be read: {error.strerror}")
            else:
                if not self._secret:
                    problems.append(f"ice.turn_secret_file: {secret_file} is empty")
        if problems:
            raise OptionsError(secret_file, problems)
        self._options = options

    def servers_for(self, identity: str, now: float) -> list[IceServer]:
        """The servers in the order to try, TURN credentials valid until `now + credential_ttl_s`.

        Args:
            identity: an identifier made by the hub (agent, kiosk or call), never a name.
            now: UTC seconds.
        """
        servers = [IceServer(urls=urls) for urls in _chunks(self._options.stun_urls)]
        if self._options.turn_urls:
            username = f"{int(now) + self._options.credential_ttl_s}:{identity}"
            digest = hmac.new(self._secret, username.encode(), hashlib.sha1).digest()
            credential = base64.b64encode(digest).decode("ascii")
            servers += [
                IceServer(urls=urls, username=username, credential=credential)
                for urls in _chunks(self._options.turn_urls)
            ]
        return servers


def _chunks(urls: list[str]) -> list[list[str]]:
    return [urls[start : start + _MAX_URLS] for start in range(0, len(urls), _MAX_URLS)]
