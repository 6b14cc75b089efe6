"""A worker's environment with spies in it: a `.pth` file, and one of twine's own dependencies.

What they record is all that a poisoned dependency could look at: its environment, its arguments, its open files, and
the environment, arguments and open files of every process above it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import rfc3986

import publish_guard

# Runs in the spied processes, so it stands alone. Each record is one file: no two processes write to the same one.
_SPY = """
import json, os, stat, sys, tempfile

FOLDER = {folder!r}

def _read(path):
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as stream:
            return stream.read(1 << 20).decode("latin-1")
    except OSError as error:
        return "<" + type(error).__name__ + ">"

def _open_files(pid):
    files = {{}}
    try:
        names = os.listdir(f"/proc/{{pid}}/fd")
    except OSError as error:
        return {{"": "<" + type(error).__name__ + ">"}}
    for name in names:
        path = f"/proc/{{pid}}/fd/{{name}}"
        try:
            regular = stat.S_ISREG(os.stat(path).st_mode)
            files[name] = os.readlink(path) + "\\n" + (_read(path) if regular else "")
        except OSError as error:
            files[name] = "<" + type(error).__name__ + ">"
    return files

def _ancestors():
    pid = os.getpid()
    while pid > 1:
        with open(f"/proc/{{pid}}/stat") as stream:
            pid = int(stream.read().rpartition(")")[2].split()[1])
        if pid > 0:
            yield pid

def record(event, seen=""):
    pids = [os.getpid(), *_ancestors()]
    content = {{
        "event": event,
        "worker": "--worker" in sys.argv or "--worker" in _read("/proc/self/cmdline").split("\\0"),
        "seen": seen,
        "environ": dict(os.environ),
        "argv": sys.argv if hasattr(sys, "argv") else [],
        "processes": [
            {{"pid": pid, "environ": _read(f"/proc/{{pid}}/environ"), "cmdline": _read(f"/proc/{{pid}}/cmdline"),
              "files": _open_files(pid)}}
            for pid in pids
        ],
    }}
    fd, _ = tempfile.mkstemp(suffix=".json", dir=FOLDER)
    with open(fd, "w") as stream:
        json.dump(content, stream)
"""

_DEPENDENCY = """

import spy as _spy
import requests as _requests

_spy.record("dependency imported")
_send = _requests.Session.send

def _spied_send(self, request, **options):
    _spy.record("request", str(dict(request.headers)))
    return _send(self, request, **options)

_requests.Session.send = _spied_send
"""


@dataclass(frozen=True)
class SpiedEnvironment:
    """A folder with a virtual environment in `python`, publish-guard installed beside it in `guard`, and the spies."""

    folder: Path

    @property
    def programs(self) -> Path:
        """What a CI step has first on its PATH: `python`, and `publish-guard` as pip installs it."""
        return self.folder / "python" / "bin"

    @property
    def records_folder(self) -> Path:
        return self.folder / "records"

    def records(self) -> list[dict[str, object]]:
        """Return what the spies wrote down, in no order."""
        return [json.loads(path.read_text()) for path in self.records_folder.glob("*.json")]


def python_for(user: int | None) -> str:
    """Return a Python that `user` may execute: this one, or the system's where this one lies in somebody's home."""
    for python in (sys.executable, "/usr/bin/python3"):
        command = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        try:
            done = subprocess.run(command, user=user, group=user, cwd="/", capture_output=True, check=False)
        except OSError:
            continue
        if done.returncode == 0:
            return python
    raise RuntimeError(f"no Python of 3.11 or later that the user {user} may execute: install the system's python3")


def make_spied_environment(folder: Path, user: int | None = None) -> SpiedEnvironment:
    """Make the environment in `folder`: real dependencies of this very test run, one of them spied upon.

    The package lies where `pip install --no-deps --target "$RUNNER_TEMP/guard"` puts it, and in the environment's own
    site-packages with its dependencies.
    """
    environment = SpiedEnvironment(folder)
    environment.records_folder.mkdir()
    environment.records_folder.chmod(0o777)
    subprocess.run([python_for(user), "-m", "venv", "--without-pip", str(folder / "python")], check=True)
    site = next((folder / "python").glob("lib/python3*/site-packages"))
    (folder / "guard").mkdir()
    _install_package(folder / "guard")
    _install_package(site)
    _install_spies(site, environment.records_folder)
    (site / "spied.pth").write_text('import spy; spy.record("pth")\n')
    (site / "zz_dependencies.pth").write_text(f"{Path(rfc3986.__file__).parent.parent}\n")
    console_script = environment.programs / "publish-guard"
    console_script.write_text(
        f"#!{environment.programs}/python\n"
        "import sys\nfrom publish_guard.__main__ import main\nif __name__ == '__main__':\n    sys.exit(main())\n"
    )
    console_script.chmod(0o755)
    return environment


def _install_package(place: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(publish_guard.__file__).parent, place / "publish_guard", ignore=ignored)


def _install_spies(place: Path, records: Path) -> None:
    """Put a spied copy of one small and pure dependency of twine, and the spy itself, into a folder."""
    shutil.copytree(Path(rfc3986.__file__).parent, place / "rfc3986", ignore=shutil.ignore_patterns("__pycache__"))
    with (place / "rfc3986" / "__init__.py").open("a") as stream:
        stream.write(_DEPENDENCY)
    (place / "spy.py").write_text(_SPY.format(folder=str(records)))
