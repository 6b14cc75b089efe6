"""No secret leaves: every command through every failure, and not sixteen characters of a secret anywhere afterwards."""

from __future__ import annotations

import base64
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path

import pytest

from publish_guard.domain.caveats import ProjectName
from publish_guard.domain.macaroon import mint
from publish_guard.domain.token import Token, TokenError
from publish_guard.embedded_index.server import start
from publish_guard.errors import ExitCode
from support.archives import wheel
from support.hostile_index import hostile_index
from support.program import PROGRAM, Result, run

PIECE = 16
# The marks: fixed, so that a leak can be found wherever it went, and opening nothing anywhere.
IDENTIFIER = "5ec2e7ed-1dea-4bad-9bad-c0ffee5ec2e7"
USER = b'[3,"0badc0de-0000-4000-8000-5ec2e75ec2e7"]'
ACCOUNT = Token(mint("pypi.org", IDENTIFIER, b"a key of the tests").with_caveat(USER))
PROJECT = Token(ACCOUNT.macaroon.with_caveat(ProjectName(("alpha-pkg",)).predicate()))
OTHER = Token(ACCOUNT.macaroon.with_caveat(ProjectName(("beta-pkg",)).predicate()))
PASSWORD = "correct-horse-battery-staple-of-the-tests"


def pieces(secret: str) -> set[str]:
    return {secret[start : start + PIECE] for start in range(len(secret) - PIECE + 1)}


def marks(*credentials: str) -> set[str]:
    """Return every 16-character piece of these secrets, of their headers, and of the identifier and signatures in them."""
    found = pieces(IDENTIFIER) | pieces(IDENTIFIER.replace("-", ""))
    for credential in credentials:
        found |= pieces(credential.removeprefix("pypi-"))
        found |= pieces(base64.b64encode(f"__token__:{credential}".encode()).decode())
        found |= pieces(base64.b64encode(credential.encode()).decode())
        with contextlib.suppress(TokenError):
            token = Token.parse(credential)
            found |= pieces(token.macaroon.signature.hex())
            found |= pieces(base64.b64encode(token.macaroon.signature).decode())
    return found


STORED = marks(ACCOUNT.reveal(), PROJECT.reveal(), OTHER.reveal(), PASSWORD)


def texts(result: Result, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield everything that a run left behind: what it printed, and each file below the folder but the inputs."""
    yield "stdout", result.out
    yield "stderr", result.err
    for path in folder.rglob("*"):
        yield "a file's name", path.name
        if path.is_file() and "inputs" not in path.parts:
            yield str(path.relative_to(folder)), path.read_bytes().decode("latin-1")


def assert_no_leak(result: Result, folder: Path, secrets: Iterable[str] = ()) -> None:
    known = STORED | marks(*secrets)
    for place, text in texts(result, folder):
        leaked = [text[i : i + PIECE] for i in range(len(text) - PIECE + 1) if text[i : i + PIECE] in known]
        assert not leaked, f"{len(leaked)} pieces of a secret are in {place}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a distribution, a place for temporary files, and inputs that may hold secrets."""
    for name in ("inputs", "tmp", "dist"):
        (tmp_path / name).mkdir()
    wheel(tmp_path / "dist")
    return tmp_path


def environ(folder: Path, secret: str | None = None, **more: str) -> dict[str, str]:
    given = {"TMPDIR": str(folder / "tmp"), "HOME": str(folder / "inputs"), **more}
    return given if secret is None else {**given, "PYPI_TOKEN": secret}


def in_each_format(*arguments: str, environ: Mapping[str, str], cwd: Path | None = None) -> Iterator[Result]:
    """Yield what a run answers in JSON, and in text where it is a report.

    An error is written in words to standard error in either format; JSON on standard output comes on top of it.
    """
    result = run(*arguments, *([] if arguments[0] == "explain" else ["--format=json"]), environ=environ, cwd=cwd)
    yield result
    if result.code == ExitCode.REFUSED:
        yield run(*arguments, "--format=text", environ=environ, cwd=cwd)


SECRETS = {
    "account": ACCOUNT.reveal(),
    "project": PROJECT.reveal(),
    "other": OTHER.reveal(),
    "cut": PROJECT.reveal()[:-7],
    "cut short": PROJECT.reveal()[:90],
    "quoted": f'"{PROJECT.reveal()}"',
    "bearer": f"Bearer {PROJECT.reveal()}",
    "user and token": f"__token__:{PROJECT.reveal()}",
    "base64": base64.b64encode(PROJECT.reveal().encode()).decode(),
    "basic": base64.b64encode(f"__token__:{PROJECT.reveal()}".encode()).decode(),
    "pypirc": f"[pypi]\nusername = __token__\npassword = {PROJECT.reveal()}\n",
    "assignment": f"PYPI_TOKEN={PROJECT.reveal()}",
    "two lines": f"{PROJECT.reveal()}\n{OTHER.reveal()}",
    "json": f'{{"A": "{PROJECT.reveal()}", "B": "{ACCOUNT.reveal()}"}}',
    "with a control character": PROJECT.reveal() + "\x1b[31m",
    "upper case": PROJECT.reveal().upper(),
    "password": PASSWORD,
    "long": PROJECT.reveal() + "A" * 100_000,
}


@pytest.mark.parametrize("format_", ["text", "json"])
@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
def test_check_shows_no_secret(folder: Path, secret: str, format_: str) -> None:
    """Whatever the variable holds, `check` says what it is without saying it."""
    result = run(
        "check", "--env", "PYPI_TOKEN", "--project", "alpha-pkg", "--format", format_, environ=environ(folder, secret)
    )

    assert result.code in (0, 11)
    assert_no_leak(result, folder, [secret.replace("\n", " ")])


@pytest.mark.parametrize("source", [["--stdin"], ["--pypirc", "--format", "json"]], ids=["stdin", "pypirc"])
@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
def test_other_sources_show_no_secret(folder: Path, secret: str, source: list[str]) -> None:
    """Standard input and a .pypirc are as silent; the formats are those of the same reports as above."""
    (folder / "inputs" / ".pypirc").write_text(f"[pypi]\nusername = __token__\npassword = {secret}\n")

    result = run("check", *source, cwd=folder, stdin=secret.encode(), environ=environ(folder))

    assert result.code in (0, 1, 2, 3, 11)
    assert_no_leak(result, folder)


@pytest.mark.parametrize("format_", ["text", "json"])
@pytest.mark.parametrize("source", ["files", "a sweep"])
def test_many_secrets_at_once_show_none(folder: Path, source: str, format_: str) -> None:
    """Files and a sweep, which take every secret in one run, are as silent; the sweep makes names out of JSON."""
    arguments, variables = ["--all-env"], {f"SECRET_{number}": text for number, text in enumerate(SECRETS.values())}
    if source == "files":
        for name, text in variables.items():
            (folder / "inputs" / name).write_text(text)
        arguments, variables = [part for name in variables for part in ("--file", f"inputs/{name}")], {}

    result = run("check", *arguments, "--format", format_, cwd=folder, environ=environ(folder, **variables))

    assert result.code == 11
    assert result.out.count("SECRET_") >= (len(SECRETS) if source == "files" else 10)
    assert_no_leak(result, folder)


MISTAKES = {
    "as a positional argument": ["check", ACCOUNT.reveal()],
    "as --token": ["check", "--token", ACCOUNT.reveal()],
    "as --token=": ["publish", f"--token={ACCOUNT.reveal()}", "dist/x"],
    "as --password": ["publish", "--password", PASSWORD, "dist/x"],
    "as -p": ["publish", f"-p{PASSWORD}", "dist/x"],
    "as a misspelt option": ["check", f"--pasword={PASSWORD}"],
    "as a misspelt option's value": ["check", "--pasword", PASSWORD],
    "as the variable's name": ["check", "--env", ACCOUNT.reveal()],
    "as a password for a name": ["check", "--env", f"TOKEN={PASSWORD}"],
    "as the file": ["check", "--file", ACCOUNT.reveal()],
    "as the .pypirc": ["check", f"--pypirc={ACCOUNT.reveal()}"],
    "as the project": ["check", "--project", ACCOUNT.reveal()],
    "as the policy": ["check", "--policy", ACCOUNT.reveal()],
    "as the reason": ["check", "--allow-account-wide", ACCOUNT.reveal()],
    "as the output": ["check", "--output", ACCOUNT.reveal()],
    "glued to --stdin": ["check", f"--stdin={PASSWORD}"],
    "glued to --keyring": ["check", f"--keyring={PASSWORD}"],
    "glued to --dry-run": ["publish", f"--dry-run={PASSWORD}", "x"],
    "as the format": ["check", "--format", PASSWORD],
    "as the limit": ["check", "--fail-on", PASSWORD],
    "as the user": ["publish", "--user", ACCOUNT.reveal(), "dist/x"],
    "as a distribution": ["publish", ACCOUNT.reveal()],
    "as the command": [ACCOUNT.reveal()],
    "as the rule": ["explain", ACCOUNT.reveal()],
    "in the URL": ["check", "--repository-url", f"https://__token__:{ACCOUNT.reveal()}@upload.pypi.org/legacy/"],
    "as a password in the URL": ["check", "--repository-url", f"https://me:{PASSWORD}@index.example/legacy/"],
    "as the URL": ["check", "--repository-url", PASSWORD],
    "in the URL's query": ["check", "--repository-url", f"https://upload.pypi.org/legacy/?t={ACCOUNT.reveal()}"],
}


@pytest.mark.parametrize("arguments", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_secret_in_the_wrong_place_is_not_repeated(folder: Path, arguments: list[str]) -> None:
    """A secret that lands among the arguments is refused in words that do not hold it."""
    for result in in_each_format(*arguments, environ=environ(folder)):
        assert result.code in (2, 11)
        assert_no_leak(result, folder)


@pytest.mark.parametrize(
    ("behaviour", "format_"),
    # Of a redirect or a broken connection the report has fixed words only.
    [*product(["json", "html", "text"], ["text", "json"]), ("redirect", "json"), ("break", "text")],
)
def test_an_index_that_repeats_the_credential(folder: Path, behaviour: str, format_: str) -> None:
    """What a hostile index sends back of the narrowed copy is blotted out, with --verbose too, and nothing follows it."""
    with hostile_index(behaviour) as index:
        result = run(
            *("publish", "--env", "PYPI_TOKEN", "--verbose", "--repository-url", index.url, "--format", format_),
            *("--output", "report", "dist/alpha_pkg-1.0-py3-none-any.whl"),
            cwd=folder,
            environ=environ(folder, PROJECT.reveal()),
        )

    assert result.code == 1, result.err
    assert len(index.credentials) == 1
    assert index.credentials[0] != PROJECT.reveal()
    assert (folder / "report").read_text()
    assert_no_leak(result, folder, index.credentials)


def test_an_opaque_credential_is_not_repeated(folder: Path) -> None:
    """A private index's password is handed over as it is, and still never shown."""
    (folder / ".publish-guard.yml").write_text("indexes: {127.0.0.1: {macaroons: false}}\n")
    with hostile_index("json") as index:
        result = run(
            *("publish", "--env", "PYPI_TOKEN", "--user", "builder", "--verbose", "--repository-url", index.url),
            "dist/alpha_pkg-1.0-py3-none-any.whl",
            cwd=folder,
            environ=environ(folder, PASSWORD),
        )

    assert index.credentials == [PASSWORD], result.err
    assert_no_leak(result, folder, [PASSWORD])


@pytest.mark.parametrize(
    "kind", ["account-wide", "project", "legacy-project", "revoked", "wrong-signature", "unknown-caveat", "expired"]
)
def test_real_tokens_through_real_refusals(folder: Path, kind: str) -> None:
    """The embedded index's tokens, good and bad, through publish to its answer."""
    with start(folder / "inputs" / "index") as index:
        token = index.mint(kind, *([] if kind == "account-wide" else ["alpha-pkg"]))
        # What --verbose prints is what is printed without it, and more.
        for more in (["--format", "json"], ["--dry-run"], ["--verbose"]):
            result = run(
                *("publish", "--env", "PYPI_TOKEN", "--repository-url", index.url, *more),
                "dist/alpha_pkg-1.0-py3-none-any.whl",
                cwd=folder,
                environ=environ(folder, token),
            )

            assert result.code in (0, 1, 11)
            known = marks(token) | pieces(Token.parse(token).macaroon.identifier.decode())
            for place, text in texts(result, folder):
                assert not any(text[i : i + PIECE] in known for i in range(len(text) - PIECE + 1)), place


BROKEN_WORKERS = {
    "echoes what it gets": 'echo \'{"ready": true}\'; while read -r line; do echo "$line" >&2; echo "$line"; done',
    "answers with a problem": "echo '{\"ready\": true}'; while read -r line; do "
    'echo "{\\"problem\\": {\\"message\\": \\"$(echo "$line" | tr -d "\\"{}")\\", \\"remedy\\": \\"r\\"}}"; done',
    "dies with the request": 'echo \'{"ready": true}\'; read -r line; echo "$line" >&2; exit 9',
    "is no Python": "exit 127",
}


@pytest.mark.parametrize("script", BROKEN_WORKERS.values(), ids=BROKEN_WORKERS.keys())
@pytest.mark.parametrize("check", ["true", "false"])
def test_a_worker_that_breaks_or_betrays(folder: Path, script: str, check: str) -> None:
    """Whatever a worker does with the copy it got, the holder repeats none of it."""
    python = folder / "inputs" / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)

    result = run(
        *("publish", "--env", "PYPI_TOKEN", "--verbose", "--verify-metadata", check, "--format", "json"),
        *("--repository-url", "http://127.0.0.1:1/", "dist/alpha_pkg-1.0-py3-none-any.whl"),
        cwd=folder,
        environ=environ(folder, PROJECT.reveal(), PUBLISH_GUARD_WORKER_PYTHON=str(python)),
    )

    assert result.code == 1
    assert_no_leak(result, folder)


FAILURES = {
    "a broken policy": ({".publish-guard.yml": "account-wide: maybe\n"}, [], 2),
    "a policy that is no YAML": ({".publish-guard.yml": "{"}, [], 2),
    "two policies": ({".publish-guard.yml": "{}", "pyproject.toml": "[tool.publish-guard]\n"}, [], 2),
    "a missing policy": ({}, ["--policy", "nowhere.yml"], 2),
    "an output that cannot be written": ({}, ["--output", "nowhere/report"], 2),
    "a missing file": ({}, ["--file", "nowhere"], 2),
    "a missing distribution": ({}, ["--dist", "nowhere.whl"], 2),
    "an account-wide token": ({}, ["--project", "alpha-pkg"], 11),
    "an index that is unknown": ({}, ["--repository-url", "https://index.example/legacy/"], 11),
}


@pytest.mark.parametrize(("files", "arguments", "code"), FAILURES.values(), ids=FAILURES.keys())
def test_failures_show_no_secret(folder: Path, files: dict[str, str], arguments: list[str], code: int) -> None:
    """Errors of configuration, refusals and failures say their cause and keep the secret."""
    for name, content in files.items():
        (folder / name).write_text(content)

    stored = environ(folder, ACCOUNT.reveal())
    for result in in_each_format("check", "--env", "PYPI_TOKEN", *arguments, environ=stored, cwd=folder):
        assert result.code == code, result.out + result.err
        assert_no_leak(result, folder)


def test_an_unexpected_error_names_its_place_and_no_value() -> None:
    """A bug ends in words, even where the exception itself repeats the secret."""
    script = (
        "import sys; from publish_guard.cli import door, compose\n"
        "def broken(*_): raise ValueError(sys.argv[1])\n"
        "compose.check = broken\n"
        "sys.exit(door.run_at_the_door(['check'], {}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, ACCOUNT.reveal()],
        env={"PATH": os.defpath, "PYTHONPATH": str(PROGRAM.parent.parent)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "publish-guard has a bug: ValueError at" in done.stderr
    assert not any(piece in done.stdout + done.stderr for piece in STORED)


def wait_until_idle(pid: int) -> None:
    """Wait until the holder has taken over and used no processor time for a while: then it waits for its input."""
    deadline = time.monotonic() + 60
    used, since = "", time.monotonic()
    while time.monotonic() < deadline:
        now = " ".join(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13])
        if now != used or b"--handover" not in Path(f"/proc/{pid}/cmdline").read_bytes():
            used, since = now, time.monotonic()
        elif time.monotonic() - since > 1:
            return
        time.sleep(0.05)
    raise AssertionError("the holder never came to wait for its input")


@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_shows_no_traceback(folder: Path, signal_: signal.Signals) -> None:
    """Ctrl-C, or a CI that cancels the job, while the guard waits ends with 130 and one line."""
    # A test run in the background has SIGINT ignored, which its children would inherit.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(PROGRAM), "check", "--stdin", "--env", "PYPI_TOKEN"],
        env=environ(folder, ACCOUNT.reveal(), PATH=os.defpath),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    wait_until_idle(process.pid)
    process.send_signal(signal_)
    out, err = process.communicate(timeout=30)

    assert process.returncode == 130
    assert "Traceback" not in err
    assert_no_leak(Result(130, out, err), folder)


@pytest.mark.parametrize("rule", [None, "account-wide-token"])
def test_explain_needs_no_secret(folder: Path, rule: str | None) -> None:
    """`explain` answers beside a secret in the environment without looking at it."""
    result = run("explain", *([rule] if rule else []), environ=environ(folder, ACCOUNT.reveal()))

    assert result.code == 0
    assert_no_leak(result, folder)
