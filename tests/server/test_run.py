"""Starting the server as a person does."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from faceglide.errors import BadInput
from faceglide.server.run import listen, network_addresses, serve
from faceglide.settings import Settings

START = """
import sys
from pathlib import Path
from faceglide.server import serve
from faceglide.settings import Settings
serve(Settings(data_dir=Path(sys.argv[1]), port=int(sys.argv[2])), open_browser=False)
"""


def _start(tmp_path: Path, port: int) -> subprocess.Popen[str]:
    environment = os.environ | {"FACEGLIDE_LOG": "info"}
    return subprocess.Popen(
        [sys.executable, "-c", START, str(tmp_path), str(port)],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def _stop(server: subprocess.Popen[str]) -> tuple[str, str]:
    server.send_signal(signal.SIGINT)
    return server.communicate(timeout=15)


def test_it_says_where_it_is_answers_there_and_stops_quietly(tmp_path: Path) -> None:
    server = _start(tmp_path, 0)
    assert server.stderr is not None
    line = server.stderr.readline()
    assert line.startswith("Faceglide is at http://localhost:")
    address = line.split(" at ")[1].split(" ")[0]
    with urllib.request.urlopen(address, timeout=5) as page:
        assert b"Massage your face" in page.read()
    forwarded = urllib.request.Request(address, headers={"X-Forwarded-Proto": "https"})
    with urllib.request.urlopen(forwarded, timeout=5) as page:
        assert "Secure" not in page.headers["Set-Cookie"], "a stranger's word for the scheme"
    secret = "11111111-2222-4333-8444-555555555555"
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{address}summary/{secret}?word=hush", timeout=5)
    out, err = _stop(server)
    assert server.returncode == 0
    assert out == ""
    entries = [json.loads(entry) for entry in err.splitlines()]
    assert [entry["route"] for entry in entries] == ["/", "/", "/summary/{session_id}"]
    assert secret not in err
    assert "hush" not in err


def test_a_taken_port_is_said_and_the_next_one_used(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        server = _start(tmp_path, port)
        assert server.stderr is not None
        first, second = server.stderr.readline(), server.stderr.readline()
        _stop(server)
    assert first.startswith(f"Port {port} is taken; using ")
    assert "Faceglide is at" in second


def test_an_address_of_another_machine_is_one_clear_line() -> None:
    with pytest.raises(BadInput, match=r"192\.0\.2\.1:8000: cannot listen there"):
        listen("192.0.2.1", 8000)


@pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "0", "192.168.1.20", "192.0.2.1"])
def test_the_network_is_not_let_in_unpaired(tmp_path: Path, host: str) -> None:
    settings = Settings(data_dir=tmp_path / "data", host=host, port=0)
    with pytest.raises(BadInput, match="everybody on the network could open your records") as said:
        serve(settings, open_browser=False)
    assert "--lan" in str(said.value)
    assert "\n" not in str(said.value)
    assert not settings.data_dir.exists(), "nothing is written"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.53", "no such host"])
def test_this_machine_alone_needs_no_pairing(host: str) -> None:
    assert network_addresses(host) is None


def test_it_listens_on_this_machine_alone() -> None:
    with listen("127.0.0.1", 0) as sock:
        assert sock.getsockname()[0] == "127.0.0.1"
        assert sock.family == socket.AF_INET
