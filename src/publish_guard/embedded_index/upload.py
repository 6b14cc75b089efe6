"""One upload, judged from beginning to end in the server's order: a state and a request go in, a decision comes out.

The order matters as much as the words: it says what an answer proves about a token (pypi/warehouse,
warehouse/forklift/decorators.py and legacy.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from publish_guard.embedded_index import file_rules, form_rules, words
from publish_guard.embedded_index.answers import Answer, Refusal, refuse
from publish_guard.embedded_index.form import CONTENT, Form
from publish_guard.embedded_index.model import Flags, Project, State, StoredFile, User
from publish_guard.embedded_index.new_project import create_project
from publish_guard.embedded_index.verify import check_permission, identify

if TYPE_CHECKING:
    from packaging.metadata import Metadata


@dataclass(frozen=True)
class Decision:
    """The answer, the state from now on, and the name under which the uploaded file is to be kept (None: not)."""

    answer: Answer
    state: State
    keep_as: str | None = None


def judge_upload(state: State, form: Form, authorization: str | None, now: float) -> Decision:
    """Return what becomes of an upload at `now` (seconds since 1970); `authorization` is the header's value."""
    kept = state
    try:
        form = form_rules.sanitize(form)
        _check_switches(state.flags)
        identity = identify(state, authorization)
        form_rules.check_fields(form)
        metadata = form_rules.read_metadata(form)
        if form.content is None and form.get(CONTENT) is None:
            raise refuse(400, words.NO_FILE)
        headers: tuple[tuple[str, str], ...] = ()
        project = state.projects.get(Project("", metadata.name, ()).normalized)
        if project is None:
            if identity.user is None:
                raise refuse(400, words.NON_USER)
            _check_account(identity.user)
            created = create_project(state, metadata.name, identity.user, now)
            project, kept, headers = created.project, created.kept, created.headers
    except Refusal as refusal:
        return Decision(refusal.answer, kept)
    try:
        check_permission(identity, project, now)
        if identity.user is not None:
            _check_account(identity.user)
        stored = _judge_file(kept, form, metadata, replace(project, name=metadata.name), now)
    except Refusal as refusal:
        return Decision(replace(refusal.answer, headers=(*refusal.answer.headers, *headers)), kept)
    answer = Answer(200, headers=headers)
    if stored is None:
        return Decision(answer, kept)
    # The spelling of the name that was uploaded last is the project's.
    accepted = kept.with_project(replace(project, name=metadata.name)).with_file(stored)
    return Decision(answer, accepted, stored.filename)


def _check_switches(flags: Flags) -> None:
    if flags.read_only:
        raise refuse(403, words.READ_ONLY)
    if flags.disallow_new_upload:
        raise refuse(403, words.UPLOADS_DISABLED)


def _check_account(user: User) -> None:
    if not user.verified_email:
        raise refuse(403, words.unverified_email(user.name))
    if not user.two_factor:
        raise refuse(403, words.no_two_factor(user.name))


def _judge_file(state: State, form: Form, metadata: Metadata, project: Project, now: float) -> StoredFile | None:
    """Return the file as it is to be kept, or None where exactly this one is there. Raises Refusal."""
    if metadata.description and not _renders(metadata.description, metadata.description_content_type):
        raise refuse(400, words.description(metadata.description_content_type))
    file, filetype = form.content, form.get("filetype") or ""
    if file is None:
        # A `content` that is mere text makes the server break.
        raise refuse(500)
    file_rules.check_name(file, filetype)
    digests = {name: form.get(f"{name}_digest") for name in ("md5", "sha256", "blake2_256")}
    file_rules.check_size_and_digests(file, project, state, digests)
    if file_rules.is_there_already(file, state):
        return None
    release = _release(state, project, str(metadata.version))
    file_rules.check_release(release, filetype, now)
    file_rules.check_archive(file)
    file_rules.check_name_against(file, project, metadata, filetype)
    return StoredFile(
        filename=file.filename,
        project=project.id,
        version=release[0].version if release else str(metadata.version),
        filetype=filetype,
        python_version=form.get("pyversion") or "source",
        size=file.size,
        sha256=file.sha256,
        blake2b_256=file.blake2b_256,
        md5=file.md5,
        requires_python=None if metadata.requires_python is None else str(metadata.requires_python),
        uploaded_at=now,
    )


def _release(state: State, project: Project, version: str) -> list[StoredFile]:
    """Return the files of the release; 1.0 and 1.0.0 are the same one."""
    from packaging.utils import canonicalize_version

    wanted = canonicalize_version(version)
    return [file for file in state.files_of(project) if canonicalize_version(file.version) == wanted]


def _renders(description: str, content_type: str | None) -> bool:
    """Return whether the description can be rendered; only reStructuredText can fail (readme_renderer)."""
    if (content_type or "text/x-rst").partition(";")[0].strip().lower() != "text/x-rst":
        return True
    # Slow to import, and seldom needed: most descriptions are Markdown.
    from readme_renderer import rst

    return rst.render(description) is not None
