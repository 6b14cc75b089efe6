"""What is asked of an index besides uploads: the simple API in both forms, the JSON API, and the files.

HTML pages and files come from pypiserver; the JSON forms (packaging.python.org, "Simple repository API", and
docs.pypi.org, "JSON API") hold what it does not know: sizes, upload times and all digests.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from publish_guard.domain.names import normalize_name
from publish_guard.embedded_index.answers import Response, choose
from publish_guard.embedded_index.model import Project, ProjectStatus, State, StoredFile
from publish_guard.errors import UsageError

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
_SIMPLE_FORMS = ("text/html", SIMPLE_JSON)
_API_VERSION = "1.1"


def load_pypiserver(packages: Path) -> Wsgi:
    """Return pypiserver's application over the folder `packages`, which takes no upload by itself.

    Raises UsageError where pypiserver is not installed.
    """
    try:
        pypiserver = _import_pypiserver()
    except ImportError:
        raise UsageError(
            "The embedded index needs pypiserver, which is not installed.", "pip install 'publish-guard[index]'"
        ) from None
    # It writes every request's environment to this log, for whoever listens.
    logging.getLogger("pypiserver").setLevel(logging.WARNING)
    return cast(
        "Wsgi",
        pypiserver.app(
            roots=[packages],
            authenticate=["update"],
            auther=_nobody,
            disable_fallback=True,
            hash_algo="sha256",
            backend_arg="simple-dir",
        ),
    )


def _import_pypiserver() -> ModuleType:
    with warnings.catch_warnings():
        # It imports modules that Python 3.11 and 3.12 call deprecated (cgi, and crypt where passlib is installed);
        # uploads never come near them. And its copy of bottle puts a hook for plug-ins into the way of all imports, of
        # a kind that Python 3.11 warns of at every import from then on: nobody needs it, so it is taken out again.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", ImportWarning)
        import pypiserver
        import pypiserver._app
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "_ImportRedirect"]
    return cast("ModuleType", pypiserver)


def _nobody(user: str, password: str) -> bool:  # noqa: ARG001 - pypiserver's signature
    return False


def visible_project(state: State, name: str) -> Project | None:
    """Return the project that a visitor sees under this name; a quarantined one is hidden."""
    project = state.projects.get(normalize_name(name))
    return None if project is None or project.status is ProjectStatus.QUARANTINED else project


def wants_json(accept: str) -> bool:
    """Return whether a client of the simple API would rather have JSON."""
    return choose(accept, _SIMPLE_FORMS) == SIMPLE_JSON


def simple_list(state: State) -> Response:
    """Return the JSON form of all projects' names."""
    projects = [{"name": project.name} for project in state.projects.values()]
    return _json({"meta": {"api-version": _API_VERSION}, "projects": projects}, SIMPLE_JSON)


def simple_project(state: State, project: Project, base: str) -> Response:
    """Return the JSON form of a project's page; `base` is the URL of the index without a slash at its end."""
    files = state.files_of(project)
    return _json(
        {
            "meta": {"api-version": _API_VERSION},
            "name": project.normalized,
            "versions": list(_releases(files)),
            "files": [
                {
                    "filename": file.filename,
                    "url": _url(file, base),
                    "hashes": {"sha256": file.sha256},
                    "requires-python": file.requires_python,
                    "size": file.size,
                    "upload-time": _time(file),
                    "yanked": False,
                }
                for file in files
            ],
        },
        SIMPLE_JSON,
    )


def empty_simple_page(project: Project) -> Response:
    """Return the HTML page of a project without files, for which pypiserver would answer that there is none."""
    text = f"<!DOCTYPE html>\n<html>\n <body>\n  <h1>Links for {project.normalized}</h1>\n </body>\n</html>\n"
    return Response("200 OK", (("Content-Type", "text/html; charset=UTF-8"),), text.encode())


def project_json(state: State, project: Project, version: str | None, base: str) -> Response | None:
    """Return the JSON API's page of a project or of one release; None where there is no such release."""
    releases = {
        release: [_json_file(file, base) for file in files]
        for release, files in _releases(state.files_of(project)).items()
    }
    if version is None:
        version = next(iter(reversed(releases)), None)
    if version not in releases:
        return None
    newest = releases[version]
    page = {
        "info": {"name": project.name, "version": version, "requires_python": newest[-1]["requires_python"]},
        "urls": newest,
    }
    return _json({**page, "releases": releases}, "application/json")


def _json_file(file: StoredFile, base: str) -> dict[str, object]:
    return {
        "filename": file.filename,
        "packagetype": file.filetype,
        "python_version": file.python_version,
        "size": file.size,
        "digests": {"md5": file.md5, "sha256": file.sha256, "blake2b_256": file.blake2b_256},
        "upload_time": _time(file)[: len("2026-01-01T00:00:00")],
        "upload_time_iso_8601": _time(file),
        "url": _url(file, base),
        "requires_python": file.requires_python,
        "yanked": False,
        "yanked_reason": None,
    }


def _releases(files: Iterable[StoredFile]) -> dict[str, list[StoredFile]]:
    from packaging.version import Version

    releases: dict[str, list[StoredFile]] = {}
    for file in sorted(files, key=lambda file: (Version(file.version), file.filename)):
        releases.setdefault(file.version, []).append(file)
    return releases


def _url(file: StoredFile, base: str) -> str:
    return f"{base}/packages/{file.filename}"


def _time(file: StoredFile) -> str:
    return datetime.fromtimestamp(file.uploaded_at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _json(value: object, kind: str) -> Response:
    return Response("200 OK", (("Content-Type", kind),), json.dumps(value).encode())
