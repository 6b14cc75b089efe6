"""`publish-guard index serve` and `mint`, as the processes that people start."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from publish_guard.domain.caveats import Caveat, Expiration, ProjectName, RequestUser
from publish_guard.domain.token import Token
from publish_guard.embedded_index.app import SeenRequest
from publish_guard.embedded_index.commands import MintOptions, build_parser, main, mint, request_line
from publish_guard.embedded_index.minting import Kind
from publish_guard.embedded_index.store import Store

MARKED = "pypi-AgEIcHlwaS5vcmcMARKEDMARKEDMARKED"
CODE = "import sys; from publish_guard.embedded_index.commands import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.parametrize("kind", Kind)
def test_mint_prints_the_token_and_nothing_else(tmp_path: Path, kind: Kind, capsys: pytest.CaptureFixture[str]) -> None:
    """One line with a readable token, so that it fits into $(...)."""
    assert main(["mint", "--root", str(tmp_path / "index"), "--kind", kind]) == 0
    seen = capsys.readouterr()
    assert seen.err == ""
    assert seen.out.endswith("\n")
    assert Token.parse(seen.out[:-1]).reveal() == seen.out[:-1]


def test_mint_takes_its_options(tmp_path: Path) -> None:
    """Projects, user, location and expiration end up in the token and in the folder."""
    out = io.StringIO()
    root = tmp_path / "index"
    assert mint(MintOptions(root, Kind.PROJECT, ("one", "two"), "zoe", "test.pypi.org", 600), out) == 0
    token = Token.parse(out.getvalue())
    assert token.index == "test.pypi.org"
    assert token.scope.reaches("one")
    assert token.scope.reaches("two")
    assert not token.scope.reaches("three")
    assert token.validity.expires_at is not None
    assert Store(root).state.user_named("zoe") is not None


@pytest.mark.parametrize(
    "arguments",
    [
        [MARKED],
        ["serve", MARKED],
        ["serve", "--port", MARKED],
        ["serve", "--port", "70000"],
        ["mint", "--kind", MARKED],
        ["mint", "--kind", "project", "--project", f"/{MARKED}/"],
        ["mint", "--kind", "project", "--user", f"/{MARKED}"],
        ["mint", "--kind", "project", "--expires-in", MARKED],
        ["mint", "--kind", "project", f"--token={MARKED}"],
        ["mint", "--kin", MARKED],
        ["mint"],
        ["mint", "--kind"],
        [],
    ],
)
def test_a_wrong_command_line_is_not_repeated(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, a remedy, and not a piece of what was typed: it may have been a token."""
    assert main(arguments) == 2
    seen = capsys.readouterr()
    assert seen.out == ""
    assert "remedy: See publish-guard index" in seen.err
    assert not any(MARKED[start : start + 8] in seen.err for start in range(len(MARKED) - 8))


def test_the_reason_for_a_wrong_value_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong with a value stands beside the option's name."""
    main(["mint", "--kind", "nothing"])
    assert "argument --kind: no such kind" in capsys.readouterr().err


def test_every_kind_is_named_in_the_help() -> None:
    """Help lists the kinds, so that nobody has to guess."""
    commands = next(action for action in build_parser()._actions if action.dest == "command")
    assert isinstance(commands.choices, dict)
    text = " ".join(commands.choices["mint"].format_help().replace("-\n", "-").split())
    assert [kind for kind in Kind if kind.replace("-", "") not in text.replace("-", "").replace(" ", "")] == []


def test_mint_needs_no_pypiserver() -> None:
    """Making a token loads no third-party module."""
    code = (
        "import sys; from publish_guard.embedded_index.commands import main; before = set(sys.modules); "
        "print(sorted({name.partition('.')[0] for name in sys.modules} - set(sys.stdlib_module_names)))"
    )
    seen = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path.insert(0, 'src'); {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert seen.stdout.strip() == "['__main__', 'publish_guard']"


def test_without_pypiserver_the_extra_is_named(tmp_path: Path) -> None:
    """`serve` without the extra `index` says what to install, and exits with 2."""
    code = f"import sys; sys.path.insert(0, 'src'); {CODE}"
    command = [sys.executable, "-I", "-S", "-c", code, "serve", "--root", str(tmp_path / "index")]
    seen = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert seen.returncode == 2
    assert "pip install 'publish-guard[index]'" in seen.stderr
    assert "Traceback" not in seen.stderr


NAMES = ProjectName(("alpha-pkg",))


@pytest.mark.parametrize(
    ("caveats", "words"),
    [
        (
            (ProjectName(("alpha-pkg", "beta-pkg")), Expiration(1_795_330_800, 0)),
            "alpha-pkg and beta-pkg, until 2026-11-22 07:00:00 UTC",
        ),
        (
            (ProjectName(("a", "b")), Expiration(9, 0), ProjectName(("b",)), Expiration(5, 0)),
            "b, until 1970-01-01 00:00:05 UTC",
        ),
        ((RequestUser("00000000-0000-4000-8000-000000000001"),), "account-wide, no expiry"),
        ((NAMES, Expiration(10**30, 0)), "alpha-pkg, until a time beyond every calendar"),
        ((), "unreadable, no expiry"),
    ],
)
def test_a_line_tells_what_came_with_an_upload(caveats: tuple[Caveat, ...], words: str) -> None:
    """The projects and the end of the token that its caveats allow together, and no id, no user, no fingerprint."""
    seen = SeenRequest(
        "POST", "/legacy/", 200, "alpha-pkg", "1.0", "a.whl", "0" * 64, caveats, "feedfeedfeedfeed", "twine"
    )
    assert request_line(seen) == f"POST 200 /legacy/ a.whl (token: {words})"


def test_a_line_without_a_token_says_nothing_of_one() -> None:
    """A password, and whatever comes with a request that is no upload, is passed over."""
    assert request_line(SeenRequest("POST", "/legacy/", 403, filename="a.whl")) == "POST 403 /legacy/ a.whl"
    assert request_line(SeenRequest("GET", "/simple/", 200, caveats=(NAMES,))) == "GET 200 /simple/"


@pytest.mark.skipif(sys.platform == "win32", reason="signals are not those of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_says_where_it_is_and_stops_when_told(tmp_path: Path, number: signal.Signals) -> None:
    """The URLs and the way to a token come at once; a signal ends it with 0; a lost page is not repeated."""
    root = tmp_path / "index"
    environment = {**os.environ, "PYTHONPATH": "src", "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-c", CODE, "serve", "--root", str(root)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        try:
            lines = [server.stdout.readline() for _ in range(4)]
            found = re.search(r"http://127\.0\.0\.1:\d+/", lines[1])
            assert found is not None
            assert lines[0].endswith("/legacy/\n")
            assert f"publish-guard index mint --root {root} --kind project --project alpha-pkg" in lines[2]
            with urllib.request.urlopen(f"{found[0]}simple/", timeout=30) as page:
                assert page.status == 200
            with pytest.raises(urllib.error.HTTPError) as missing:
                urllib.request.urlopen(f"{found[0]}{MARKED}", timeout=30)
            missing.value.close()
        finally:
            server.send_signal(number)
        rest, errors = server.communicate(timeout=30)
    assert server.returncode == 0
    assert rest == "GET 200 /simple/\nGET 404 (no such page)\n"
    assert errors == ""
