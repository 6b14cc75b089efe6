"""What people are told to try is tried: the demo, and the tutorial from its first command to its last."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from support.archives import sdist, wheel
from support.markdown import blocks, command_lines

ROOT = Path(__file__).resolve().parent.parent
EMBEDDED_INDEX = ROOT / "docs" / "how-to" / "try-with-the-embedded-index.md"
TUTORIAL = ROOT / "docs" / "tutorial" / "first-guarded-release.md"

# The tests' own environment stands for the one that the tutorial has people make.
PREPARATION = [
    "python3 -m venv guard",
    ". guard/bin/activate",
    'pip install "publish-guard[index]" build',
    "cd alpha-pkg",
]


def _environment(**more: str) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON", "PYPI_", "COLUMNS"))
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)])
    return {**kept, "PATH": path, "no_proxy": "127.0.0.1", "PIP_CONFIG_FILE": os.devnull, **more}


@contextmanager
def _served(command: str, folder: Path) -> Iterator[str]:
    """Run an `index serve` command in a folder and give the host and port that it says it listens on."""
    log = folder / "index.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command.split(), cwd=folder, env=_environment(), stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + 30
        while not (found := re.search(r"http://(127\.0\.0\.1:\d+)/", log.read_text())):
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield found[1]
    finally:
        server.terminate()
        server.wait(timeout=30)


def test_the_demo_sees_what_it_promises() -> None:
    """`make demo` ends with everything as expected, and prints no token."""
    seen = subprocess.run(
        [sys.executable, ROOT / "tools" / "demo.py"], env=_environment(), capture_output=True, text=True, check=False
    )
    assert seen.returncode == 0, seen.stdout + seen.stderr
    assert seen.stdout.endswith("Everything went as it should.\n")
    assert "pypi-Ag" not in seen.stdout + seen.stderr


def test_the_tutorial_works(tmp_path: Path) -> None:
    """Typed in order, the tutorial's commands end with the exit codes that its text names."""
    written = {block.language: block for block in blocks(TUTORIAL) if block.language in ("toml", "python")}
    (tmp_path / "pyproject.toml").write_text(written["toml"].text)
    (tmp_path / "alpha_pkg.py").write_text(written["python"].text)
    lines = [line for block in blocks(TUTORIAL) if block.language == "console" for line in command_lines(block.text)]
    assert [line for line in lines if line in PREPARATION] == PREPARATION
    serve = next(line for line in lines if line.startswith("publish-guard index serve"))
    exit_codes = {}
    with _served(re.sub(r"--port \d+", "--port 0", serve), tmp_path) as address:
        typed = [line for line in lines if line not in (*PREPARATION, serve)]
        script = ["set -u"]
        for number, line in enumerate(typed):
            now = line.replace("python -m build", "python -m build --no-isolation").replace("127.0.0.1:8765", address)
            # Installed beside, not into, the environment of the tests.
            now = now.replace("pip install", f"python -m pip install --target {tmp_path / 'site'}")
            now = now.replace("python -I -c", f"cd / && PYTHONPATH={tmp_path / 'site'} python -c")
            script += [now, f'echo "exit of {number}: $?"']
        command = ["bash", "-c", "\n".join(script)]
        seen = subprocess.run(command, cwd=tmp_path, env=_environment(), capture_output=True, text=True, check=False)
        found = dict(re.findall(r"^exit of (\d+): (\d+)$", seen.stdout, re.MULTILINE))
        exit_codes = {line: int(found[str(number)]) for number, line in enumerate(typed) if "publish " not in line}
        published = [int(found[str(number)]) for number, line in enumerate(typed) if "publish --env" in line]
    assert published == [11, 11, 0], seen.stdout + seen.stderr
    promised = [line for block in blocks(TUTORIAL) if block.language == "text" for line in block.text.splitlines()]
    assert len(promised) > 8
    assert [line for line in promised if not _is_printed(line, seen.stdout, address)] == []
    assert set(exit_codes.values()) == {0}, seen.stdout + seen.stderr
    assert seen.stdout.rstrip().splitlines()[-2] == "published with a narrowed token"


def _is_printed(line: str, printed: str, address: str) -> bool:
    """Whether a line of the tutorial was printed, the port and what changes from run to run aside (`...`)."""
    wanted = re.escape(line.replace("127.0.0.1:8765", address)).replace(r"\.\.\.", ".*")
    wanted = re.sub(r"\d\d:\d\d(?=\\? UTC)", r"\\d\\d:\\d\\d", wanted)
    return re.search(f"^{wanted}$", printed, re.MULTILINE) is not None


def test_the_test_in_the_how_to_passes(tmp_path: Path) -> None:
    """The test that the how-to has people copy passes with a real release."""
    block = next(block for block in blocks(EMBEDDED_INDEX) if block.language == "python")
    folder = tmp_path / "project"
    (folder / "dist").mkdir(parents=True)
    wheel(folder / "dist")
    sdist(folder / "dist")
    released = []

    def release(*, repository_url: str, token: str) -> None:
        command = ["publish-guard", "publish", "--env", "PYPI_TOKEN", "--repository-url", repository_url]
        environment = _environment(PYPI_TOKEN=token)
        command[0] = str(Path(sys.executable).with_name(command[0]))
        files = sorted(str(path) for path in (folder / "dist").iterdir())
        seen = subprocess.run([*command, *files], cwd=folder, env=environment, capture_output=True, check=False)
        released.append(seen.returncode)

    names: dict[str, Any] = {"release": release}
    exec(compile(block.text, str(EMBEDDED_INDEX), "exec"), names)
    names["test_the_release_uploads_with_a_narrowed_token"](tmp_path)
    assert released == [0]
