"""A phone as the mirror: the same pages on the local network, for the one phone that was let in.

Cameras open only on secure pages, so the network side speaks TLS with a certificate made here.
It listens on this machine's own network addresses, beside the loopback server and in front of the
same app. Who shows the token from the QR code gets a cookie; everyone else gets nothing.
"""

from __future__ import annotations

import datetime as dt
import hmac
import io
import ipaddress
import os
import secrets
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from faceglide.errors import BadInput
from faceglide.settings import Settings

PARAMETER = "pair"
COOKIE = "__Host-faceglide_pair"
# Phones refuse certificates that live longer than 398 days.
LIFETIME = dt.timedelta(days=397)
RENEW_BEFORE = dt.timedelta(days=30)
_BACKDATED = dt.timedelta(days=1)  # a phone's clock may run behind
# Never contacted: connecting a datagram socket only asks the routing table for our own address.
_PROBES = ("192.168.0.1", "10.0.0.1", "172.16.0.1", "192.0.2.1")


@dataclass(frozen=True)
class LanOptions:
    """What the network side needs.

    Attributes:
        cert: The certificate, PEM.
        key: Its private key, PEM, readable by its owner only.
        addresses: This machine's IP addresses on the local network, the likeliest first.
        port: Port on those addresses; the loopback port's neighbour, or 0 for any.
        token: Opens the pages once, for the phone that shows it first.
    """

    cert: Path
    key: Path
    addresses: tuple[str, ...]
    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def tls(self) -> dict[str, Any]:
        """The TLS options for uvicorn; no access log, because the first address holds the token."""
        return {
            "ssl_certfile": str(self.cert),
            "ssl_keyfile": str(self.key),
            "access_log": False,
        }

    @property
    def hosts(self) -> frozenset[str]:
        """The names the pages answer to on the network, as the Host header spells them."""
        return frozenset(_bracketed(address) for address in self.addresses)

    def pairing_url(self, port: int | None = None) -> str:
        """The address for the QR code."""
        host = _bracketed(self.addresses[0])
        return f"https://{host}:{port or self.port}/?{urlencode({PARAMETER: self.token})}"

    def fingerprint(self) -> str:
        """The certificate's SHA-256, as a browser shows it."""
        digest = _read(self.cert).fingerprint(hashes.SHA256())
        return digest.hex(":").upper()


def lan_settings(settings: Settings, addresses: Iterable[str] | None = None) -> LanOptions:
    """Get ready to serve the local network, with a certificate that fits.

    Args:
        settings: Where things are kept and which port the loopback side uses.
        addresses: IP addresses to serve on; this machine's own when left out.

    Returns:
        Options with a fresh token.

    Raises:
        BadInput: The machine is on no local network.
    """
    own = tuple(addresses) if addresses is not None else lan_addresses()
    if not own:
        raise BadInput(
            "network", "this machine has no address on a local network", "a Wi-Fi or cable network"
        )
    folder = settings.data_dir / "lan"
    cert, key = folder / "certificate.pem", folder / "key.pem"
    _ensure_certificate(cert, key, own, dt.datetime.now(dt.UTC))
    return LanOptions(cert, key, own, settings.port + 1 if settings.port else 0)


def lan_addresses() -> tuple[str, ...]:
    """This machine's private IPv4 addresses, in the order of the networks they lead to."""
    found: dict[str, None] = {}
    for probe in _PROBES:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            try:
                sock.connect((probe, 9))
            except OSError:
                continue
            found[sock.getsockname()[0]] = None
    return tuple(address for address in found if _is_lan(address))


def _is_lan(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    return ip.is_private and not ip.is_loopback and not ip.is_unspecified


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def qr_text(url: str) -> str:
    """A QR code to print on a terminal."""
    out = io.StringIO()
    segno.make(url, error="m", micro=False).terminal(out, compact=True)
    return out.getvalue()


def listen(options: LanOptions) -> list[socket.socket]:
    """Open one listening socket per address, all on one port.

    Raises:
        BadInput: The port is taken.
    """
    port = options.port
    sockets: list[socket.socket] = []
    for address in options.addresses:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sockets.append(sock)
        try:
            sock.bind((address, port))
        except OSError as error:
            for opened in sockets:
                opened.close()
            fault = f"cannot listen there: {error.strerror}"
            raise BadInput(f"{_bracketed(address)}:{port}", fault, "a free port") from None
        port = sock.getsockname()[1]
    return sockets


def _ensure_certificate(
    cert: Path, key: Path, addresses: tuple[str, ...], now: dt.datetime
) -> None:
    """Keep the certificate while it names every address and has a month to go."""
    if cert.exists() and key.exists() and _still_good(_read(cert), addresses, now):
        return
    cert.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    private = ec.generate_private_key(ec.SECP256R1())
    made = _certificate(private, addresses, now)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write_private(key, pem)
    _write_private(cert, made.public_bytes(serialization.Encoding.PEM))


def _read(cert: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(cert.read_bytes())


def _still_good(cert: x509.Certificate, addresses: tuple[str, ...], now: dt.datetime) -> bool:
    names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    known = {str(ip) for ip in names.get_values_for_type(x509.IPAddress)}
    fresh = cert.not_valid_before_utc <= now < cert.not_valid_after_utc - RENEW_BEFORE
    return fresh and set(addresses) <= known


def _certificate(
    private: ec.EllipticCurvePrivateKey, addresses: tuple[str, ...], now: dt.datetime
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Faceglide on this network")])
    public = private.public_key()
    names: list[x509.GeneralName] = [x509.DNSName("localhost")]
    for address in dict.fromkeys((*addresses, "127.0.0.1", "::1")):
        names.append(x509.IPAddress(ipaddress.ip_address(address)))
    usage = {
        "digital_signature": True,
        "content_commitment": False,
        "key_encipherment": False,
        "data_encipherment": False,
        "key_agreement": False,
        "key_cert_sign": False,
        "crl_sign": False,
        "encipher_only": False,
        "decipher_only": False,
    }
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now - _BACKDATED + LIFETIME)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .sign(private, hashes.SHA256())
    )


def _write_private(path: Path, data: bytes) -> None:
    """Replace a file in one step; nobody but its owner may ever read it."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    draft.replace(path)


class PairingMiddleware:
    """Lets in the phone that showed the token, by a cookie; stands in front of the whole app.

    The token belongs to the first network address that shows it, so a code read off a photo
    later opens nothing. Both end with the process.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token
        self._owner: str | None = None
        self._cookie = secrets.token_urlsafe(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on who is paired, pair who shows the token, refuse the rest."""
        if scope["type"] not in {"http", "websocket"} or self._is_paired(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "Not paired."})
        elif self._shows_token(scope):
            await self._welcome()(scope, receive, send)
        else:
            refusal = "Scan the code in the terminal that runs Faceglide with this phone.\n"
            response = PlainTextResponse(refusal, 403, headers={"Cache-Control": "no-store"})
            await response(scope, receive, send)

    def _is_paired(self, scope: Scope) -> bool:
        try:
            jar = SimpleCookie(Headers(scope=scope).get("cookie", ""))
        except CookieError:
            return False
        given = jar[COOKIE].value if COOKIE in jar else ""
        return _same(given, self._cookie)

    def _shows_token(self, scope: Scope) -> bool:
        query = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
        if scope["method"] != "GET" or not _same(query.get(PARAMETER, ""), self._token):
            return False
        address = scope["client"][0] if scope.get("client") else ""
        self._owner = self._owner or address
        return address == self._owner

    def _welcome(self) -> RedirectResponse:
        response = RedirectResponse("/", 303, headers={"Cache-Control": "no-store"})
        response.set_cookie(
            COOKIE, self._cookie, path="/", secure=True, httponly=True, samesite="strict"
        )
        return response


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
