"""What a worker may see of the environment: an allow-list, never everything minus a few."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from publish_guard.errors import UsageError

# The interpreter that has the dependencies, where the holder runs from a folder without any.
WORKER_PYTHON = "PUBLISH_GUARD_WORKER_PYTHON"

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy")
_CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
_LOCALE = ("LANG", "LC_ALL", "LC_CTYPE", "TZ")
_FOLDERS = ("TMPDIR", "TEMP", "TMP")
# Without these the interpreter itself does not start on some systems.
_SYSTEM = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "LD_LIBRARY_PATH")
ALLOWED = (*_PROXIES, *_CERTIFICATES, *_LOCALE, *_FOLDERS, *_SYSTEM)

# What the desktop's secret stores are found by; only the short-lived keyring worker sees these.
KEYRING_ALLOWED = (
    "HOME",
    "USER",
    "LOGNAME",
    "USERPROFILE",
    "USERNAME",
    "APPDATA",
    "LOCALAPPDATA",
    "DBUS_SESSION_BUS_ADDRESS",
    "XDG_RUNTIME_DIR",
    "XDG_DATA_HOME",
    "XDG_CONFIG_HOME",
    "XDG_CURRENT_DESKTOP",
    "KDE_FULL_SESSION",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "PYTHON_KEYRING_BACKEND",
)

# No worker asks anyone for a credential: not ~/.netrc (requests would), not a keyring (twine would).
_SEALED = {"NETRC": os.devnull, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring", "TERM": "dumb"}


def worker_environment(
    environ: Mapping[str, str], *, for_keyring: bool = False, loopback: bool = False, secrets: tuple[str, ...] = ()
) -> dict[str, str]:
    """Return the environment of a worker: what the allow-list names, less any variable that holds one of `secrets`.

    With `loopback` there is no proxy either: what goes to this very machine must not go round by another.
    """
    names: tuple[str, ...] = (*ALLOWED, *KEYRING_ALLOWED) if for_keyring else ALLOWED
    if loopback:
        names = tuple(name for name in names if name not in _PROXIES)
    allowed = {name: environ[name] for name in names if name in environ}
    allowed = {name: value for name, value in allowed.items() if not any(secret in value for secret in secrets)}
    if for_keyring:
        # Here the backend that the person chose counts, and nothing is sent anywhere.
        return allowed
    return {**allowed, **_SEALED}


def worker_python(environ: Mapping[str, str]) -> str:
    """Return the interpreter for workers: PUBLISH_GUARD_WORKER_PYTHON, else this very one.

    Raises UsageError where the variable is no absolute path of a file.
    """
    chosen = environ.get(WORKER_PYTHON)
    if not chosen:
        return sys.executable
    if not (Path(chosen).is_absolute() and Path(chosen).is_file()):
        raise UsageError(
            f"{WORKER_PYTHON} is not the full path of a Python interpreter.",
            "Give the path of the python in the environment where publish-guard's dependencies are installed.",
        )
    return chosen
