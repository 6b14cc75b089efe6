"""not-a-distribution, unreadable-distribution, mixed-versions, different-content, metadata-check: what lies in dist/."""

from __future__ import annotations

import pytest

from publish_guard.domain.case import Case, MetadataProblem
from publish_guard.domain.distribution import Stray
from publish_guard.domain.finding import Severity
from publish_guard.domain.policy import Policy
from publish_guard.rules import (
    different_content,
    metadata_check,
    mixed_versions,
    not_a_distribution,
    unreadable_distribution,
)
from support.cases import distribution, found, index_state, make_case, project_token

NO_DISTRIBUTION = not_a_distribution.RULE.ident
UNREADABLE = unreadable_distribution.RULE.ident
MIXED = mixed_versions.RULE.ident
DIFFERENT = different_content.RULE.ident
METADATA = metadata_check.RULE.ident

WHEEL, SDIST = distribution(), distribution(sdist=True)


def test_a_stray_is_named_with_its_reason() -> None:
    """Path and reason stand in the message; a policy may lower it, because a stray is never sent."""
    strays = (Stray("dist/wheels", "it is a folder.", unreadable=False),)
    (finding,) = found(make_case(project_token(), strays=strays), NO_DISTRIBUTION)
    assert "dist/wheels, which is none: it is a folder." in finding.message
    assert finding.distribution == "dist/wheels"
    assert finding.severity is Severity.ERROR
    policy = Policy(severities={NO_DISTRIBUTION: Severity.NOTE})
    (finding,) = found(make_case(project_token(), strays=strays, policy=policy), NO_DISTRIBUTION)
    assert finding.severity is Severity.NOTE


def test_an_unreadable_file_cannot_be_lowered() -> None:
    """A file that nobody can judge refuses under every policy."""
    strays = (Stray("dist/a.whl", "it is no archive", unreadable=True),)
    policy = Policy(severities={UNREADABLE: Severity.NOTE})
    (finding,) = found(make_case(project_token(), strays=strays, policy=policy), UNREADABLE)
    assert finding.severity is Severity.ERROR
    assert "dist/a.whl cannot be read: it is no archive." in finding.message


def test_a_path_cannot_act_on_the_terminal() -> None:
    """Control characters and line breaks in a file's name are written out, and no message begins with the name."""
    for unreadable, ident in ((True, UNREADABLE), (False, NO_DISTRIBUTION)):
        strays = (Stray("::error::x\x1b[2J\n::add-mask::y", "a\nb", unreadable=unreadable),)
        (finding,) = found(make_case(project_token(), strays=strays), ident)
        assert finding.message.isprintable()
        assert not finding.message.startswith("::")


def test_mixed_versions_name_the_files() -> None:
    """Which file has which version stands in the message; two projects may differ."""
    old = distribution(version="0.9")
    case = make_case(project_token(), dists=[WHEEL, SDIST, old, distribution("beta-pkg", "7")])
    (finding,) = found(case, MIXED)
    assert finding.message == (
        "The distributions of alpha-pkg have 2 versions: 1.0 (alpha_pkg-1.0-py3-none-any.whl and alpha_pkg-1.0.tar.gz) "
        "and 0.9 (alpha_pkg-0.9-py3-none-any.whl)."
    )


def test_spellings_of_one_version_are_one_release() -> None:
    """The index keeps 1.0 and 1.0.0 as one release; what is no version at all is a release by its own text."""
    zeros = distribution(version="1.0.0")
    assert found(make_case(project_token(), dists=[WHEEL, SDIST, zeros]), MIXED) == ()
    (finding,) = found(make_case(project_token(), dists=[WHEEL, zeros, distribution(version="1.0rc1")]), MIXED)
    assert "have 2 versions: 1.0 (" in finding.message
    (finding,) = found(make_case(project_token(), dists=[WHEEL, distribution(version="one")]), MIXED)
    assert "have 2 versions: 1.0 (" in finding.message


@pytest.mark.parametrize(("wanted", "given"), [(Severity.WARNING, Severity.WARNING), (Severity.NOTE, Severity.WARNING)])
def test_mixed_versions_never_go_unseen(wanted: Severity, given: Severity) -> None:
    """A policy may lower them to a warning, and no further."""
    case = make_case(
        project_token(), dists=[WHEEL, distribution(version="0.9")], policy=Policy(severities={MIXED: wanted})
    )
    (finding,) = found(case, MIXED)
    assert finding.severity is given


def _with(sha256: str | None, *, skip_existing: bool = False) -> Case:
    state = index_state({"alpha-pkg": {WHEEL.filename: sha256, "alpha_pkg-0.1.tar.gz": "1" * 64}})
    return make_case(project_token(), dists=[WHEEL, SDIST], index_state=state, skip_existing=skip_existing)


@pytest.mark.parametrize(
    ("sha256", "skip_existing", "severity"),
    [
        ("0" * 64, False, Severity.ERROR),
        ("0" * 64, True, Severity.WARNING),
        (None, False, Severity.WARNING),
        (None, True, None),
        (WHEEL.sha256, False, None),
        (WHEEL.sha256.upper(), True, None),
    ],
)
def test_the_hash_decides(sha256: str | None, skip_existing: bool, severity: Severity | None) -> None:
    """Other bytes are an error, a warning with --skip-existing; the same bytes are fine; no hash is a warning."""
    findings = found(_with(sha256, skip_existing=skip_existing), DIFFERENT)
    assert [finding.severity for finding in findings] == ([] if severity is None else [severity])
    assert all(finding.distribution == WHEEL.path for finding in findings)


@pytest.mark.parametrize("state", [None, index_state({}), index_state({"alpha-pkg": None}), index_state({}, "timeout")])
def test_what_nobody_knows_is_not_different(state: object) -> None:
    """Without an answer of the index, or without the project there, nothing is compared."""
    assert not found(make_case(project_token(), dists=[WHEEL], index_state=state), DIFFERENT)


def test_twine_errors_and_warnings_weigh_differently() -> None:
    """A description that does not render is an error, what twine only warns of is a note."""
    problems = (
        MetadataProblem(WHEEL.path, "line 3: Error:\n  Unknown directive"),
        MetadataProblem(SDIST.path, "`long_description` missing.", strict_only=True),
    )
    case = make_case(project_token(), dists=[WHEEL, SDIST], metadata_problems=problems)
    error, note = found(case, METADATA)
    assert (error.severity, note.severity) == (Severity.ERROR, Severity.NOTE)
    assert "line 3: Error: Unknown directive" in error.message
    assert (error.distribution, note.distribution) == (WHEEL.path, SDIST.path)


def test_what_twine_says_of_a_file_is_one_finding() -> None:
    """Several notes of one file are one note, several errors one error; at most four of them are spelt out."""
    problems = (
        MetadataProblem(WHEEL.path, "`long_description` missing.", strict_only=True),
        MetadataProblem(WHEEL.path, "`long_description_content_type` missing.", strict_only=True),
        *(MetadataProblem(SDIST.path, f"error {number}.") for number in range(6)),
    )
    note, error = found(make_case(project_token(), dists=[WHEEL, SDIST], metadata_problems=problems), METADATA)
    assert note.severity is Severity.NOTE
    assert note.message.endswith(": `long_description` missing; `long_description_content_type` missing.")
    assert error.message.endswith(": error 0; error 1; error 2; error 3; and 2 more.")


def test_metadata_can_be_lowered() -> None:
    """Whoever knows better than twine may say so."""
    policy = Policy(severities={METADATA: Severity.NOTE})
    problems = (MetadataProblem(WHEEL.path, "no markup"),)
    (finding,) = found(make_case(project_token(), metadata_problems=problems, policy=policy), METADATA)
    assert finding.severity is Severity.NOTE
