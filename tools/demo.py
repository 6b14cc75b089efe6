"""Shows publish-guard at work on this machine: a real package, a real index on loopback, two refusals, one release.

Every command is shown as a person would type it, with what it prints. Tokens go from `index mint` to the environment of
the command that needs them, and are never printed. At the end stands what was expected and what was seen; the exit code
is 1 where they differ.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

PROJECT = "greetings-from-the-guard"
OTHER_PROJECT = "somebody-elses-project"
GREETING = "published with a narrowed token"

PYPROJECT = f"""\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "{PROJECT}"
version = "1.0"
description = "A small package to publish once"
readme = {{text = "Made to be published by a demonstration.", content-type = "text/plain"}}
requires-python = ">=3.11"

[tool.hatch.build.targets.wheel]
include = ["greetings.py"]
"""
MODULE = f'def greeting() -> str:\n    return "{GREETING}"\n'

START_SECONDS = 30
# How long a narrowed copy is good where no policy says otherwise.
MINUTES = 10


def clean_environment() -> dict[str, str]:
    """Return this environment with our own commands first, and without settings that would lead pip elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "TWINE_", "PYTHON"))}
    commands = str(Path(sys.executable).parent)
    direct = ",".join(filter(None, [kept.get("no_proxy", ""), "127.0.0.1"]))
    path = os.pathsep.join([commands, kept.get("PATH", os.defpath)])
    # PIP_CONFIG_FILE: a person's own pip settings may name another index.
    return {**kept, "PATH": path, "no_proxy": direct, "NO_PROXY": direct, "PIP_CONFIG_FILE": os.devnull}


@dataclass
class Demo:
    """What is shown, one step after the other, and what came of each."""

    folder: Path
    environment: dict[str, str] = field(default_factory=clean_environment)
    rows: list[tuple[str, str, str]] = field(default_factory=list)
    log_shown: int = 0

    def expect(self, step: str, expected: str, seen: str) -> None:
        self.rows.append((step, expected, seen))

    def run(self, command: str, *, token: str | None = None) -> tuple[int, str]:
        """Show and run a shell command line in the package's folder; return its exit code and what it printed."""
        print(f"\n$ {command}", flush=True)
        environment = {**self.environment, **({"PYPI_TOKEN": token} if token else {})}
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        print("\n".join(f"  {line}" for line in done.stdout.splitlines()), flush=True)
        return done.returncode, done.stdout

    def mint(self, arguments: str) -> str:
        """Show how a token is made, and return it without showing it."""
        command = f"publish-guard index mint {arguments}"
        print(f'\n$ export PYPI_TOKEN="$({command})"', flush=True)
        done = subprocess.run(
            shlex.split(command), cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            sys.exit(f"No token could be made:\n{done.stderr}")
        return done.stdout.strip()

    @contextmanager
    def index(self) -> Iterator[str]:
        """Run the embedded index as long as the block lasts, and give its base URL."""
        command = "publish-guard index serve --port 0"
        print(f"\n$ {command} &", flush=True)
        log = self.folder / "index.log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                shlex.split(command),
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            yield self._base_url(server, log)
        finally:
            server.terminate()
            server.wait(timeout=START_SECONDS)

    def _base_url(self, server: subprocess.Popen[bytes], log: Path) -> str:
        deadline = time.monotonic() + START_SECONDS
        while server.poll() is None and time.monotonic() < deadline:
            found = re.search(r"(http://127\.0\.0\.1:\d+)/legacy/", log.read_text(encoding="utf-8"))
            if found:
                self.new_lines_of_the_index()
                return found[1]
            time.sleep(0.05)
        sys.exit(f"The index did not start:\n{log.read_text(encoding='utf-8')}")

    def new_lines_of_the_index(self) -> list[str]:
        """Show and return what the index has printed since it was last asked."""
        lines = (self.folder / "index.log").read_text(encoding="utf-8").splitlines()
        new, self.log_shown = lines[self.log_shown :], len(lines)
        print("\n".join(f"  {line}" for line in new), flush=True)
        return new

    def publish(self, step: str, base_url: str, token: str, expected: int) -> str:
        command = f"exec publish-guard publish --env PYPI_TOKEN --repository-url {base_url}/legacy/ dist/*"
        exit_code, printed = self.run(command, token=token)
        self.expect(step, f"exit code {expected}", f"exit code {exit_code}")
        if token in printed:
            self.expect("the token stays hidden", "hidden", "printed")
        return printed

    def summary(self) -> int:
        widths = [max(len(row[column]) for row in self.rows) for column in range(3)]
        print("\nWhat was seen\n")
        for step, expected, seen in self.rows:
            mark = "as expected" if expected == seen else "DIFFERENT"
            print(f"  {step:{widths[0]}}  {expected:{widths[1]}}  {seen:{widths[2]}}  {mark}")
        different = sum(expected != seen for _, expected, seen in self.rows)
        print(f"\n{f'{different} steps differ.' if different else 'Everything went as it should.'}")
        return 1 if different else 0


def files_on_index(base_url: str) -> str:
    """Return how many files the index has of the project, in words."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{base_url}/simple/{PROJECT}/", timeout=10) as answer:
            return f"{answer.read().decode().count('<a ')} files"
    except urllib.error.HTTPError as error:
        error.close()
        return "no project" if error.code == 404 else f"status {error.code}"


def copy_of(line: str) -> tuple[str, datetime] | None:
    """Return the projects and the end of the token that came with an upload, by the index's line; None for others."""
    found = re.search(r"\APOST 200 /legacy/ \S+ \(token: (.+), until (\d.+) UTC\)\Z", line)
    return (found[1], datetime.fromisoformat(f"{found[2]}+00:00")) if found else None


def reach_of(copies: list[tuple[str, datetime]]) -> str:
    """Return what the copies reach, all together."""
    return ", ".join(sorted({projects for projects, _ in copies}))


def lifetime_of(copies: list[tuple[str, datetime]]) -> str:
    """Return how long the copies are good from now on, in words."""
    longest = max((end - datetime.now(UTC) for _, end in copies), default=timedelta.max)
    return f"{'at most' if longest <= timedelta(minutes=MINUTES) else 'more than'} {MINUTES} minutes"


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="publish-guard-demo-") as folder:
        demo = Demo(Path(folder))
        (demo.folder / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
        (demo.folder / "greetings.py").write_text(MODULE, encoding="utf-8")

        print("A small package is built: a wheel and an sdist.")
        exit_code, _ = demo.run("python -m build --no-isolation 2>&1 | tail -n 1 && ls dist")
        made = len(list((demo.folder / "dist").glob("*")))
        demo.expect("the package is built", "exit code 0, 2 files", f"exit code {exit_code}, {made} files")

        print("\nAn index that reads real tokens, on this machine alone.")
        with demo.index() as base_url:
            print("\nA token that reaches every project of its account is refused; nothing is sent.")
            printed = demo.publish("an account-wide token", base_url, demo.mint("--kind account-wide"), 11)
            demo.expect("  the rule is named", "yes", "yes" if "account-wide-token" in printed else "no")

            print("\nSo is a token for another project.")
            wrong = demo.mint(f"--kind project --project {OTHER_PROJECT}")
            printed = demo.publish("a token for another project", base_url, wrong, 11)
            demo.expect("  the rule is named", "yes", "yes" if "project-mismatch" in printed else "no")
            demo.expect("  the index has", "no project", files_on_index(base_url))

            print("\nThe right token publishes, with a copy for this project and some minutes.")
            right = demo.mint(f"--kind project --project {PROJECT}")
            demo.publish("the right token", base_url, right, 0)
            print("\nThe token has no expiry. What came with the files, in the index's own words:\n")
            copies = [copy for line in demo.new_lines_of_the_index() if (copy := copy_of(line))]
            demo.expect(
                "  the index was sent", f"2 copies for {PROJECT}", f"{len(copies)} copies for {reach_of(copies)}"
            )
            demo.expect("  each is good for", f"at most {MINUTES} minutes", lifetime_of(copies))
            demo.expect("  the index has", "2 files", files_on_index(base_url))

            print("\nThe same again is no error: the files are recognised.")
            demo.publish("the same again", base_url, right, 0)

            print("\nThe result is installed with pip into a fresh environment, and used.")
            demo.run("python -m venv fresh")
            exit_code, _ = demo.run(f"fresh/bin/python -m pip install --index-url {base_url}/simple/ {PROJECT}")
            demo.expect("pip installs it", "exit code 0", f"exit code {exit_code}")
            _, printed = demo.run('fresh/bin/python -c "import greetings; print(greetings.greeting())"')
            demo.expect("the installed package says", GREETING, printed.strip())
        return demo.summary()


if __name__ == "__main__":
    sys.exit(main())
