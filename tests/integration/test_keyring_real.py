"""A real Secret Service without a screen: a stored token is read, and a locked, absent or silent one is told.

What runs is what runs in production: the holder's question, the worker process, keyring and gnome-keyring on a message
bus of its own.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from publish_guard.adapters.worker_environment import worker_environment
from publish_guard.adapters.worker_process import ask_once
from publish_guard.domain.secret import SecretKind, StoredSecret
from publish_guard.domain.worker import Message
from publish_guard.errors import FailureError
from publish_guard.sources.keyring_store import from_keyring
from support.tokens import made_token

TOKEN = made_token("alpha-pkg")
URL = "https://upload.pypi.org/legacy/"
SECRET_SERVICE = "keyring.backends.SecretService.Keyring"

TOOLS = ("dbus-daemon", "gnome-keyring-daemon")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
# Read before any test begins: the tests themselves do not see which CI they run in.
IN_CI = os.environ.get("CI") == "true"


@pytest.fixture(autouse=True)
def _tools() -> None:
    """In CI a missing tool is a failure: a check that skips itself checks nothing."""
    if MISSING and sys.platform == "linux" and IN_CI:
        pytest.fail(f"CI lacks {' and '.join(MISSING)} (apt-get install gnome-keyring dbus)")


needs_secret_service = pytest.mark.skipif(
    bool(MISSING) and not (IN_CI and sys.platform == "linux"),
    reason=f"NOT TESTED: a real Secret Service; {' and '.join(MISSING)} missing (apt-get install gnome-keyring dbus)",
)


def ask_real_worker(environ: dict[str, str]) -> StoredSecret:
    """Ask as the holder asks, of a worker that sees of `environ` what a keyring worker may see."""

    def ask(operation: str, request: Message, *, timeout: float) -> Message:
        environment = worker_environment(environ, for_keyring=True)
        return ask_once(
            operation, request, timeout=timeout, python=sys.executable, environment=environment, log=lambda line: None
        )

    return from_keyring(ask, service=URL)


def store(environ: dict[str, str], password: str) -> None:
    """Store as the how-to says: `keyring set URL __token__`, the password piped in."""
    command = [sys.executable, "-I", "-m", "keyring", "set", URL, "__token__"]
    subprocess.run(command, env=environ, input=password.encode(), check=True, timeout=60, capture_output=True)


@dataclass
class Session:
    """A message bus with a home of its own, and the keyring daemons that were started on it."""

    environ: dict[str, str]
    daemons: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_keyring(self, password: str) -> subprocess.Popen[bytes]:
        """Start gnome-keyring, unlocked with `password`, and return when it is on the bus."""
        command = ["gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground"]
        daemon = subprocess.Popen(
            command, env=self.environ, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.daemons.append(daemon)
        assert daemon.stdin is not None
        daemon.stdin.write(password.encode())
        daemon.stdin.close()
        wait = (
            "import sys, time, secretstorage\n"
            "bus = secretstorage.dbus_init()\n"
            "while not any(not c.is_locked() for c in secretstorage.get_all_collections(bus) if c.get_label()):\n"
            "    time.sleep(0.02)\n"
        )
        subprocess.run(
            [sys.executable, "-I", "-c", wait], env=self.environ, check=True, timeout=60, stderr=subprocess.DEVNULL
        )
        return daemon


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Start a message bus that can start gnome-keyring by itself; it ends with everything on it."""
    folders = {
        name: tmp_path / name.lower() for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
    }
    for folder in folders.values():
        folder.mkdir(mode=0o700)
    environ = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "PYTHON_KEYRING_BACKEND": SECRET_SERVICE,
        **{name: str(folder) for name, folder in folders.items()},
    }
    # One process group for the bus and what it starts: it can be ended as a whole.
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--nosyslog", "--print-address=1"],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    running = Session(environ)
    try:
        assert bus.stdout is not None
        environ["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().decode().strip()
        yield running
    finally:
        for daemon in running.daemons:
            daemon.send_signal(signal.SIGCONT)
            daemon.kill()
            daemon.wait()
        os.killpg(bus.pid, signal.SIGKILL)
        bus.wait()
        assert bus.stdout is not None
        bus.stdout.close()


@needs_secret_service
def test_stored_token_is_read_from_an_unlocked_keyring(session: Session) -> None:
    """What `keyring set URL __token__` stored is found by the worker, through a real Secret Service."""
    session.start_keyring("a login password")
    store(session.environ, TOKEN)
    secret = ask_real_worker(session.environ)
    assert (secret.id, secret.kind, secret.value) == (f"keyring:{URL}", SecretKind.API_TOKEN, TOKEN)


@needs_secret_service
def test_unlocked_keyring_without_an_entry_says_so(session: Session) -> None:
    """A keyring that works and has nothing for this index is no error: the secret is empty."""
    session.start_keyring("a login password")
    secret = ask_real_worker(session.environ)
    assert (secret.kind, secret.detail) == (SecretKind.EMPTY, "no entry")


@needs_secret_service
def test_locked_keyring_is_an_error(session: Session) -> None:
    """A keyring whose password nobody typed in this session is told to be locked, and not waited for."""
    daemon = session.start_keyring("a login password")
    store(session.environ, TOKEN)
    daemon.kill()
    daemon.wait()
    # The bus starts a daemon by itself now, which has the file and no password for it.
    with pytest.raises(FailureError, match=r"locked|did not answer") as caught:
        ask_real_worker(session.environ)
    assert "Unlock it" in caught.value.remedy


@needs_secret_service
def test_keyring_without_a_collection_is_an_error(session: Session) -> None:
    """On a machine where nobody ever logged in, the daemon would ask for a new password: an error instead."""
    with pytest.raises(FailureError, match=r"no collection yet|did not answer") as caught:
        ask_real_worker(session.environ)
    assert "--env" in caught.value.remedy


@needs_secret_service
def test_keyring_that_hangs_is_given_up(session: Session) -> None:
    """A daemon that is on the bus and does not answer (here: stopped) is given up, in words."""
    daemon = session.start_keyring("a login password")
    daemon.send_signal(signal.SIGSTOP)
    with pytest.raises(FailureError, match="did not answer within 1 s") as caught:
        ask_real_worker(session.environ)
    assert "--env" in caught.value.remedy


@needs_secret_service
def test_machine_without_a_bus_is_an_error(session: Session) -> None:
    """Without a message bus the chosen Secret Service cannot be had, and that is said."""
    environ = {**session.environ, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus"}
    with pytest.raises(FailureError, match="no backend could be chosen"):
        ask_real_worker(environ)


def plain_environ(tmp_path: Path, backend: str) -> dict[str, str]:
    return {
        "HOME": str(tmp_path),
        "USERPROFILE": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "PYTHON_KEYRING_BACKEND": backend,
        **{name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ},
    }


def test_file_backend_is_read(tmp_path: Path) -> None:
    """The backend that the person chose counts: here keyrings.alt's plain file."""
    environ = plain_environ(tmp_path, "keyrings.alt.file.PlaintextKeyring")
    assert ask_real_worker(environ).detail == "no entry"
    store(environ, TOKEN)
    assert ask_real_worker(environ).value == TOKEN


@pytest.mark.parametrize(
    ("backend", "words"),
    [
        ("keyring.backends.null.Keyring", "switched off"),
        ("keyring.backends.fail.Keyring", "no keyring here"),
        ("keyring.backends.misspelt.Keyring", "lacks the package|no backend could be chosen"),
    ],
    ids=["null", "fail", "misspelt"],
)
def test_stand_ins_are_errors_in_words(tmp_path: Path, backend: str, words: str) -> None:
    """Switched off, absent and misspelt backends each have their own words."""
    with pytest.raises(FailureError, match=words):
        ask_real_worker(plain_environ(tmp_path, backend))
