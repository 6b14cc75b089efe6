"""A .pypirc is read by twine's rules, for one index, and no line of it gets into an error."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twine.utils import get_config

from publish_guard.domain.secret import SecretKind, StoredSecret
from publish_guard.errors import FailureError, PublishGuardError, UsageError
from publish_guard.sources.pypirc import MAX_SIZE, _Server, default_path, from_pypirc
from support.tokens import made_token

TOKEN = made_token("alpha-pkg")
OTHER = made_token("beta-pkg", number=7)
PYPI = "https://upload.pypi.org/legacy/"
TEST_PYPI = "https://test.pypi.org/legacy/"


def read(tmp_path: Path, text: str, url: str = PYPI) -> tuple[StoredSecret, ...]:
    path = tmp_path / ".pypirc"
    path.write_text(text, encoding="utf-8")
    return from_pypirc(str(path), repository_url=url, environ={})


def ids(secrets: tuple[StoredSecret, ...]) -> list[str]:
    return [secret.id for secret in secrets]


def test_a_section_shows_nothing_of_itself() -> None:
    """The record of a section can be printed: whatever of it may hold the password stays out."""
    server = _Server(section=OTHER, url=f"https://__token__:{TOKEN}@index.example/", user=OTHER, password=TOKEN)
    assert server.password == TOKEN
    assert "pypi-" not in repr(server)


def test_section_of_the_index_is_read_with_its_user(tmp_path: Path) -> None:
    """[pypi] is PyPI's and [testpypi] is TestPyPI's without a URL of their own."""
    text = f"[pypi]\nusername = __token__\npassword = {TOKEN}\n[testpypi]\npassword: {OTHER}\n"
    (secret,) = read(tmp_path, text)
    assert (secret.id, secret.kind, secret.value, secret.user) == (
        "pypirc:pypi",
        SecretKind.API_TOKEN,
        TOKEN,
        "__token__",
    )
    (secret,) = read(tmp_path, text, TEST_PYPI)
    assert (secret.id, secret.value, secret.user) == ("pypirc:testpypi", OTHER, None)


@pytest.mark.parametrize(
    ("section_url", "url"),
    [
        ("https://index.example/legacy", "https://index.example/legacy/"),
        ("https://INDEX.example:443/legacy/", "https://index.example/legacy/"),
        ("http://index.example:80/legacy/", "http://index.example/legacy"),
        ("https://user:word@index.example/legacy/", "https://index.example/legacy/"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("https://pypi.python.org/pypi", PYPI),
        ("http://upload.pypi.org/legacy/", PYPI),
        ("https://test.pypi.org/legacy", TEST_PYPI),
    ],
    ids=["slash", "case-and-port", "http-port", "user-info", "loopback", "old-name", "scheme", "test"],
)
def test_repository_is_compared_by_what_it_means(tmp_path: Path, section_url: str, url: str) -> None:
    """Case, default port, trailing slash and PyPI's other names make no difference."""
    text = f"[distutils]\nindex-servers = mine\n[mine]\nrepository = {section_url}\npassword = hunter2\n"
    assert ids(read(tmp_path, text, url)) == ["pypirc:mine"]


@pytest.mark.parametrize(
    "section_url",
    ["https://index.example/other/", "https://index.example:444/legacy/", "http://index.example/legacy/", "nonsense"],
)
def test_other_repository_is_not_taken(tmp_path: Path, section_url: str) -> None:
    """Another path, port or scheme of the same host is another index, and what is no URL is none."""
    text = f"[distutils]\nindex-servers = mine\n[mine]\nrepository = {section_url}\npassword = hunter2\n"
    with pytest.raises(UsageError, match="has no section for"):
        read(tmp_path, text, "https://index.example/legacy/")


def test_one_section_a_project_gives_each_of_them(tmp_path: Path) -> None:
    """PyPI's own help has one section for each project, all with PyPI's URL: each is a secret."""
    text = (
        "[distutils]\nindex-servers =\n  pypi\n  alpha\n  beta\n"
        f"[alpha]\nrepository = {PYPI}\nusername = __token__\npassword = {TOKEN}\n"
        f"[beta]\nrepository = {PYPI}\nusername = __token__\npassword = {OTHER}\n"
    )
    assert ids(read(tmp_path, text)) == ["pypirc:alpha", "pypirc:beta"]


def test_section_that_index_servers_leaves_out_is_not_read(tmp_path: Path) -> None:
    """As in twine, only the listed sections count; the error says which those are and where to name others."""
    text = f"[distutils]\nindex-servers = mine\n[mine]\nrepository=https://a.example/\n[pypi]\npassword = {TOKEN}\n"
    with pytest.raises(UsageError, match="it serves mine") as caught:
        read(tmp_path, text)
    assert "index-servers" in caught.value.remedy


def test_server_login_fills_what_a_section_leaves_out(tmp_path: Path) -> None:
    """The old [server-login] serves pypi, with or without a section of its own."""
    login = f"[server-login]\nusername = old\npassword = {TOKEN}\n"
    (secret,) = read(tmp_path, login)
    assert (secret.id, secret.value, secret.user) == ("pypirc:pypi", TOKEN, "old")
    (secret,) = read(tmp_path, f"{login}[pypi]\nusername = __token__\n")
    assert (secret.value, secret.user) == (TOKEN, "__token__")
    (secret,) = read(tmp_path, f"{login}[pypi]\npassword = {OTHER}\n")
    assert (secret.value, secret.user) == (OTHER, "old")


@pytest.mark.parametrize(
    ("line", "detail"),
    [("", "its section has no password"), ("password =\n", "empty"), ("password =   \n", "empty")],
    ids=["none", "nothing", "blank"],
)
def test_section_without_password_is_an_empty_secret(tmp_path: Path, line: str, detail: str) -> None:
    """No password, and one of nothing, are empty and told apart."""
    (secret,) = read(tmp_path, f"[pypi]\nusername = __token__\n{line}")
    assert (secret.kind, secret.detail, secret.user) == (SecretKind.EMPTY, detail, "__token__")


def test_password_on_its_own_line_and_percent_signs_are_kept(tmp_path: Path) -> None:
    """A value may go on in the next line, and nothing in it is interpolated."""
    (secret,) = read(tmp_path, f"[pypi]\npassword =\n    {TOKEN}\n")
    assert secret.value == TOKEN
    (secret,) = read(tmp_path, "[pypi]\npassword = 100%(safe)s%\n")
    assert secret.value == "100%(safe)s%"


def test_file_of_an_old_editor_is_read(tmp_path: Path) -> None:
    """Neither a byte order mark nor a comment in Latin-1 keeps the token from being read."""
    path = tmp_path / ".pypirc"
    for prefix in (b"\xef\xbb\xbf", "# Schl\u00fcssel\n".encode("latin-1")):
        path.write_bytes(prefix + f"[pypi]\r\npassword = {TOKEN}\r\n".encode())
        (secret,) = from_pypirc(str(path), repository_url=PYPI, environ={})
        assert secret.value == TOKEN


def test_default_path_is_in_the_home_of_the_environment(tmp_path: Path) -> None:
    """Without a path, .pypirc in HOME is read; without a home that is said."""
    (tmp_path / ".pypirc").write_text(f"[pypi]\npassword = {TOKEN}\n")
    home = "USERPROFILE" if os.name == "nt" else "HOME"
    environ = {home: str(tmp_path)}
    assert default_path(environ) == str(tmp_path / ".pypirc")
    assert ids(from_pypirc(None, repository_url=PYPI, environ=environ)) == ["pypirc:pypi"]
    for nothing in ({}, {home: ""}):
        with pytest.raises(UsageError, match="home folder is not known"):
            from_pypirc(None, repository_url=PYPI, environ=nothing)


def test_missing_file_is_told(tmp_path: Path) -> None:
    """A .pypirc that is not there is not "no password": the path is named."""
    with pytest.raises(UsageError, match="There is no file") as caught:
        from_pypirc(None, repository_url=PYPI, environ={"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)})
    assert str(tmp_path) in caught.value.message


BROKEN = {
    "no-section": (f"password = {TOKEN}\n", 1),
    "only-a-token": (f"\n{TOKEN}\n", 2),
    "no-delimiter": (f"[pypi]\n{TOKEN}\n", 2),
    "twice": (f"[pypi]\npassword = {TOKEN}\npassword = {OTHER}\n", 3),
    "section-twice": (f"[pypi]\npassword = {TOKEN}\n[pypi]\n", 3),
    "long-gap": (f"[pypi]\n\npassword {' ' * 70} = {TOKEN}\n", 3),
    "long-gap-of-other-spaces": (f"[pypi]\npassword {chr(11) * 70} = {TOKEN}\n", 2),
    "no-name": (f"[pypi]\n = {TOKEN}\n", None),
}


@pytest.mark.parametrize(("text", "line"), BROKEN.values(), ids=BROKEN)
def test_broken_file_names_the_line_and_quotes_nothing(tmp_path: Path, text: str, line: int | None) -> None:
    """The error has the number of the line; neither it nor any error behind it has the line itself."""
    with pytest.raises(UsageError, match=r"cannot be read as a \.pypirc") as caught:
        read(tmp_path, text)
    if line is not None:
        assert f"(line {line})" in caught.value.message
    assert caught.value.__context__ is None
    assert TOKEN[5:13] not in caught.value.message + caught.value.remedy


def test_giant_is_refused(tmp_path: Path) -> None:
    """More than 256 KiB is no .pypirc, nor is one with hundreds of servers."""
    with pytest.raises(UsageError, match="larger than 256 KiB"):
        read(tmp_path, "#" * (MAX_SIZE + 1))
    with pytest.raises(UsageError, match="more than 200 index servers"):
        read(tmp_path, "[distutils]\nindex-servers = " + " ".join(f"s{number}" for number in range(201)))


@pytest.mark.parametrize(
    "unit", ["a ", "[", "=", "a=\n ", "\t", "a=b\n", "[a]\n", "\x0b", ": ", "a\u2003", "a" + 63 * " "]
)
def test_giant_of_anything_finishes(tmp_path: Path, unit: str) -> None:
    """The largest file that is read at all is judged, whatever it repeats: the reader must not go quadratic."""
    for head in ("", "[pypi]\n", "[pypi]\na"):
        text = (head + unit * (MAX_SIZE // len(unit.encode()) + 1)).encode()[: MAX_SIZE - 1] + b"b"
        path = tmp_path / ".pypirc"
        path.write_bytes(text)
        try:
            from_pypirc(str(path), repository_url=PYPI, environ={})
        except (UsageError, FailureError):
            continue


def test_token_as_the_name_of_a_section_is_not_shown(tmp_path: Path) -> None:
    """Whoever mixes up name and password does not find the password in the report."""
    text = f"[distutils]\nindex-servers = {TOKEN}\n[{TOKEN}]\nrepository = {PYPI}\npassword = hunter2\n"
    (secret,) = read(tmp_path, text)
    assert secret.name == "section 1"
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text, TEST_PYPI)
    assert TOKEN[5:13] not in caught.value.message
    with pytest.raises(UsageError) as caught:
        from_pypirc(TOKEN, repository_url=PYPI, environ={})
    assert TOKEN[5:13] not in caught.value.message


_NAMES = st.sampled_from(["pypi", "testpypi", "mine", "server-login", "distutils", "DEFAULT"])
_LINES = st.one_of(
    _NAMES.map(lambda name: f"[{name}]"),
    st.builds(
        "{} = {}".format,
        st.sampled_from(["username", "Password", "repository"]),
        st.sampled_from(["a", "", PYPI, TEST_PYPI]),
    ),
    st.lists(_NAMES, max_size=3).map(lambda names: "index-servers = " + " ".join(names)),
    st.text(alphabet="a=[]: #;", max_size=6),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_LINES, max_size=14).map("\n".join))
def test_passwords_are_those_that_twine_reads(tmp_path: Path, text: str) -> None:
    """For any file, the sections for an index, their users and passwords are twine's; what twine cannot read fails."""
    path = tmp_path / ".pypirc"
    path.write_text(text)
    try:
        config = get_config(str(path))
    except Exception:  # noqa: BLE001 - whatever twine's own reading ends in
        with pytest.raises(PublishGuardError):
            from_pypirc(str(path), repository_url=PYPI, environ={})
        return
    for url in (PYPI, TEST_PYPI):
        expected = {
            name: (values.get("username") or None, (values["password"] or "").strip())
            for name, values in config.items()
            if values.get("repository") == url and values.get("password") is not None
        }
        try:
            secrets = from_pypirc(str(path), repository_url=url, environ={})
        except UsageError:
            secrets = ()
        found = {
            secret.name: (secret.user, secret.value)
            for secret in secrets
            if secret.detail != "its section has no password"
        }
        assert found == expected
