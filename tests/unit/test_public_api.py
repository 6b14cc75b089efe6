"""The public Python interface: what it names, what it costs, and that the documentation's examples are true."""

from __future__ import annotations

import doctest
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import publish_guard
from publish_guard.domain.macaroon import mint
from publish_guard.domain.token import Token

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "reference" / "python-api.md"


def test_every_public_name_is_there() -> None:
    """What `__all__` promises can be imported, and a module's star import brings just that."""
    names: dict[str, object] = {}
    exec("from publish_guard import *", names)
    assert set(publish_guard.__all__) <= set(names)
    for name in publish_guard.__all__:
        assert getattr(publish_guard, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = publish_guard.Nothing


def test_public_names_are_documented() -> None:
    """The reference page speaks of every public name."""
    page = EXAMPLES.read_text()
    for name in set(publish_guard.__all__) - {"__version__"}:
        assert f"`{name}" in page


def test_the_package_says_that_it_is_typed() -> None:
    """Type checkers of others find the marker."""
    assert Path(publish_guard.__file__).with_name("py.typed").exists()


def test_examples_of_the_documentation() -> None:
    """Every example on the reference page gives what the page says."""
    parser = doctest.DocTestParser()
    text = EXAMPLES.read_text().replace("```", "")
    test = parser.get_doctest(text, {}, EXAMPLES.name, str(EXAMPLES), 0)
    assert len(test.examples) >= 10
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(test, out=said.append)
    assert runner.failures == 0, "".join(said)


@pytest.mark.parametrize(
    ("caveats", "expected"),
    [
        ([b'[1,["alpha"]]'], "only ('alpha',)"),
        ([b'{"version":1,"permissions":"user"}'], "everything"),
        ([], "it carries no caveats; the index may hold some for it"),
        ([b"[]"], "a caveat is an empty array"),
    ],
)
def test_the_type_checked_program_runs(caveats: list[bytes], expected: str) -> None:
    """The program that mypy checks does at run time what its types say."""
    program = runpy.run_path(str(ROOT / "tests" / "typing" / "api.py"))
    macaroon = mint("pypi.org", "an identifier", b"a key for tests")
    for caveat in caveats:
        macaroon = macaroon.with_caveat(caveat)
    assert program["read"](Token(macaroon).reveal()) == expected
    assert program["read"]("nonsense") == "it does not begin like a PyPI token"


def test_it_works_without_anything_installed() -> None:
    """The reader runs under `python -I -S`, which sees the standard library and the given folder only."""
    source = Path(publish_guard.__file__).parents[1]
    program = (
        f"import sys; sys.path.insert(0, {str(source)!r}); import publish_guard as p;"
        "assert 'publish_guard.domain.token' not in sys.modules;"
        "p.Token; outside = [n for n in sys.modules if n.partition('.')[0] not in {*sys.stdlib_module_names, 'publish_guard', '__main__'}];"
        "print(outside)"
    )
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert result.stdout == "[]\n", result.stderr
