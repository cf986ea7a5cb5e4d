"""A phone on the network: only the one that scanned the code, only over TLS."""

import dataclasses
import datetime as dt
import os
import re
import signal
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from cryptography import x509
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from faceglide.errors import BadInput
from faceglide.server import lan
from faceglide.settings import Settings
from tests.running import running

HERE = "127.0.0.1"


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "data", port=0)


def app() -> Starlette:
    async def page(request):
        return PlainTextResponse(f"page at {request.url.path}")

    async def live(ws):
        await ws.accept()
        await ws.send_text("hello")
        await ws.close()

    return Starlette(routes=[WebSocketRoute("/live", live), Route("/{rest:path}", page)])


@contextmanager
def serving(options: lan.LanOptions) -> Iterator[int]:
    """The app on real sockets behind real TLS; gives the port."""
    sockets = lan.listen(options)
    guarded = lan.PairingMiddleware(app(), options.token)
    port, stop = running(guarded, sockets=sockets, lifespan="off", **options.tls)
    try:
        yield port
    finally:
        stop()


def trusting(options: lan.LanOptions) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(options.cert))


def phone(options: lan.LanOptions, port: int) -> httpx.Client:
    return httpx.Client(verify=trusting(options), base_url=f"https://{HERE}:{port}")


def test_the_phone_that_scanned_the_code_gets_in_and_stays_in(settings):
    options = lan.lan_settings(settings, [HERE])
    with serving(options) as port, phone(options, port) as client:
        welcome = client.get(options.pairing_url(port))
        assert welcome.status_code == 303
        assert welcome.headers["location"] == "/"
        cookie = welcome.headers["set-cookie"].lower()
        assert all(word in cookie for word in ("httponly", "secure", "samesite=strict", "path=/"))
        assert options.token not in cookie
        assert client.get("/session").text == "page at /session"


def test_without_the_token_or_with_a_wrong_one_nothing_is_shown(settings):
    options = lan.lan_settings(settings, [HERE])
    with serving(options) as port, phone(options, port) as client:
        for path in ("/", "/?pair=", "/?pair=guess", "/static/app.css", "/?pair=%00"):
            answer = client.get(path)
            assert answer.status_code == 403, path
            assert "page at" not in answer.text
            assert "set-cookie" not in answer.headers
        client.cookies.set(lan.COOKIE, options.token)
        assert client.get("/").status_code == 403


def test_the_token_lets_nobody_post(settings):
    options = lan.lan_settings(settings, [HERE])
    with serving(options) as port, phone(options, port) as client:
        assert client.post(options.pairing_url(port)).status_code == 403


def test_the_socket_asks_for_the_cookie_too(settings):
    options = lan.lan_settings(settings, [HERE])
    with serving(options) as port, phone(options, port) as client:
        address = f"wss://{HERE}:{port}/live"
        with (
            pytest.raises(InvalidStatus, match="403"),
            connect(
                f"{address}?pair={options.token}",
                ssl=trusting(options),
                proxy=None,
                open_timeout=60,
            ),
        ):
            pass
        client.get(options.pairing_url(port))
        cookie = {"Cookie": f"{lan.COOKIE}={client.cookies[lan.COOKIE]}"}
        with connect(
            address, ssl=trusting(options), additional_headers=cookie, proxy=None, open_timeout=60
        ) as paired:
            assert paired.recv(timeout=5) == "hello"


def test_a_code_read_off_a_photo_later_opens_nothing():
    """The token belongs to the first address that showed it."""

    async def inner(scope, receive, send):
        await PlainTextResponse("page")(scope, receive, send)

    def get_from(address: str) -> int:
        client = TestClient(
            guarded, base_url="https://lan", client=(address, 5000), follow_redirects=False
        )
        return client.get("/?pair=right-token").status_code

    guarded = lan.PairingMiddleware(inner, "right-token")
    assert get_from("192.168.1.30") == 303
    assert get_from("192.168.1.99") == 403
    assert get_from("192.168.1.30") == 303


def test_plain_http_gets_no_page(settings):
    options = lan.lan_settings(settings, [HERE])
    with serving(options) as port, pytest.raises(httpx.HTTPError):
        httpx.get(f"http://{HERE}:{port}/")


def test_a_client_that_does_not_know_the_certificate_notices(settings):
    options = lan.lan_settings(settings, [HERE])
    with (
        serving(options) as port,
        pytest.raises(ssl.SSLCertVerificationError),
        socket.create_connection((HERE, port)) as raw,
    ):
        ssl.create_default_context().wrap_socket(raw, server_hostname=HERE)


def certificate(options: lan.LanOptions) -> x509.Certificate:
    return x509.load_pem_x509_certificate(options.cert.read_bytes())


def test_the_certificate_names_every_address_and_this_machine(settings):
    options = lan.lan_settings(settings, ["192.168.1.20", "fd00::5"])
    names = certificate(options).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    addresses = {str(ip) for ip in names.value.get_values_for_type(x509.IPAddress)}
    assert addresses == {"192.168.1.20", "fd00::5", "127.0.0.1", "::1"}
    assert names.value.get_values_for_type(x509.DNSName) == ["localhost"]
    assert options.hosts == {"192.168.1.20", "[fd00::5]"}
    assert options.fingerprint().count(":") == 31


def test_key_and_certificate_are_the_owners_alone(settings):
    options = lan.lan_settings(settings, [HERE])
    for path in (options.cert, options.key):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(path.name for path in options.cert.parent.iterdir()) == [
        "certificate.pem",
        "key.pem",
    ]


def test_the_certificate_stays_while_it_fits_and_the_token_never_does(settings):
    first = lan.lan_settings(settings, ["192.168.1.20"])
    kept = first.cert.read_bytes()
    second = lan.lan_settings(settings, ["192.168.1.20"])
    assert second.cert.read_bytes() == kept
    assert second.token != first.token
    lan.lan_settings(settings, ["192.168.1.21"])
    assert first.cert.read_bytes() != kept


@pytest.mark.parametrize(("days_before_end", "renewed"), [(31, False), (29, True), (-1, True)])
def test_the_certificate_is_renewed_before_it_expires(
    settings, monkeypatch, days_before_end, renewed
):
    options = lan.lan_settings(settings, [HERE])
    kept = options.cert.read_bytes()
    later = certificate(options).not_valid_after_utc - dt.timedelta(days=days_before_end)
    lan._ensure_certificate(options.cert, options.key, (HERE,), later)
    assert (options.cert.read_bytes() != kept) is renewed


def test_no_certificate_lives_longer_than_phones_accept(settings):
    cert = certificate(lan.lan_settings(settings, [HERE]))
    assert cert.not_valid_after_utc - cert.not_valid_before_utc <= dt.timedelta(days=398)


def test_the_token_is_unguessable_and_stays_out_of_sight(settings):
    options = lan.lan_settings(settings, [HERE])
    assert len(options.token) >= 43
    assert options.token not in repr(options)
    assert options.tls["access_log"] is False


def test_the_code_on_the_terminal_is_a_code(settings):
    options = dataclasses.replace(lan.lan_settings(settings, ["192.168.1.20"]), port=8322)
    assert options.pairing_url() == f"https://192.168.1.20:8322/?pair={options.token}"
    printed = lan.qr_text(options.pairing_url()).splitlines()
    assert len({len(line) for line in printed if line}) == 1
    assert len(printed) > 15


def test_without_a_network_it_says_so(settings, monkeypatch):
    monkeypatch.setattr(lan, "lan_addresses", tuple)
    with pytest.raises(BadInput, match="no address on a local network"):
        lan.lan_settings(settings)
    assert not (settings.data_dir / "lan").exists()


def test_a_taken_port_is_named(settings):
    with socket.create_server((HERE, 0)) as taken:
        port = taken.getsockname()[1]
        options = dataclasses.replace(lan.lan_settings(settings, [HERE]), port=port)
        with pytest.raises(BadInput, match=f"{HERE}:{port}: cannot listen"):
            lan.listen(options)


@pytest.mark.parametrize("everywhere", [False, True])
def test_serve_lan_lets_the_scanning_phone_see_the_pages_and_stops_on_ctrl_c(tmp_path, everywhere):
    """The verb itself: a code on the terminal, the pages behind it, one Ctrl-C for both sides."""
    if not lan.lan_addresses():
        pytest.skip("this machine is on no local network")
    environment = os.environ | {"FACEGLIDE_DATA_DIR": str(tmp_path)}
    if everywhere:
        environment["FACEGLIDE_HOST"] = "0.0.0.0"  # which must not open the plain side
    command = [sys.executable, "-m", "faceglide.cli", "serve", "--lan", "--no-browser", "--port"]
    port = free_port()
    with subprocess.Popen(
        [*command, str(port)], env=environment, stderr=subprocess.PIPE, text=True
    ) as running:
        said = []
        for line in running.stderr:
            said.append(line)
            if "Ctrl-C" in line:
                break
        url = re.search(r"https://\S+", "".join(said)).group()
        context = ssl.create_default_context(cafile=str(tmp_path / "lan" / "certificate.pem"))
        try:
            with httpx.Client(verify=context, follow_redirects=True, timeout=60) as client:
                assert client.get(url.split("?")[0]).status_code == 403
                page = client.get(url)
                assert page.status_code == 200
                assert "Faceglide" in page.text
                assert "pair=" not in str(page.url)
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((lan.lan_addresses()[0], port), timeout=5)
        finally:
            running.send_signal(signal.SIGINT)
        assert running.wait(timeout=15) in {0, 130, -signal.SIGINT}


def free_port() -> int:
    """A port that is free, and whose neighbour was free a moment ago."""
    with socket.create_server((HERE, 0)) as sock:
        return min(sock.getsockname()[1], 65000)
