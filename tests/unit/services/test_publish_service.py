"""`publish` as a service: what is done in which order, and what never is, with a publisher that keeps a record."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from publish_guard.domain.case import Case
from publish_guard.domain.distribution import Distribution
from publish_guard.domain.finding import Severity
from publish_guard.domain.policy import IndexPolicy, Policy
from publish_guard.domain.publisher import Listing
from publish_guard.domain.redact import Redactor
from publish_guard.domain.report import Report, Upload
from publish_guard.domain.token import Token
from publish_guard.errors import ExitCode, FailureError, NothingToCheckError
from publish_guard.rules.registry import judge, rule_named
from publish_guard.services.publish import ReleaseOptions, publish
from support.cases import PRIVATE_INDEX, account_token, distribution, make_case, password, project_token

NOW = 1_795_330_800


class Recorder:
    """A publisher that does nothing but remember, and answers what the test tells it to."""

    def __init__(
        self,
        listing: Listing | FailureError | None = None,
        outcomes: Mapping[str, str] | None = None,
        problems: Sequence[str] = (),
    ) -> None:
        self.listing = listing or Listing({})
        self.outcomes = outcomes or {}
        self.problems = tuple(problems)
        self.steps: list[str] = []
        self.passwords: list[str] = []
        self.users: list[str] = []
        self.opened = 0

    @contextlib.contextmanager
    def open(self) -> Iterator[Recorder]:
        self.opened += 1
        yield self

    def list_files(self, project: str) -> Listing:
        self.steps.append(f"list {project}")
        if isinstance(self.listing, FailureError):
            raise self.listing
        return self.listing

    def check_metadata(self, distribution: Distribution) -> tuple[tuple[str, ...], tuple[str, ...]]:
        self.steps.append(f"check {distribution.filename}")
        return self.problems, ()

    def upload(self, distribution: Distribution, *, user: str, password: str) -> Upload:
        self.steps.append(f"upload {distribution.filename}")
        self.users.append(user)
        self.passwords.append(password)
        outcome = self.outcomes.get(distribution.filename, "uploaded")
        return Upload(distribution.path, outcome, 200 if outcome == "uploaded" else 403, 1)  # type: ignore[arg-type]


def release(
    case: Case,
    recorder: Recorder,
    options: ReleaseOptions | None = None,
    *,
    clock: Callable[[], int] = lambda: NOW,
) -> Report:
    return publish(
        case,
        options or ReleaseOptions(),
        judge=judge,
        refuses_always=lambda ident: rule_named(ident).always,
        open_publisher=recorder.open,
        clock=clock,
        redactor=Redactor(),
        progress=lambda _: None,
    )


WHEEL = distribution()
SDIST = distribution(sdist=True)


def test_everything_is_asked_before_the_first_upload() -> None:
    """Judge, list, check, judge again, upload: in this order, each file with a copy of its own moment."""
    recorder = Recorder()
    moments = iter([NOW + 1, NOW + 100])

    report = release(
        make_case(project_token(), command="publish", dists=[WHEEL, SDIST]), recorder, clock=lambda: next(moments)
    )

    assert (report.verdict, report.exit_code) == ("ok", ExitCode.CLEAN)
    assert recorder.steps == [
        "list alpha-pkg",
        f"check {WHEEL.filename}",
        f"check {SDIST.filename}",
        f"upload {WHEEL.filename}",
        f"upload {SDIST.filename}",
    ]
    copies = [Token.parse(text) for text in recorder.passwords]
    assert [copy.validity.expires_at for copy in copies] == [NOW + 601, NOW + 700]
    assert recorder.users == ["__token__", "__token__"]


def test_a_refusal_opens_no_worker() -> None:
    """What the rules refuse offline costs no process and no request."""
    recorder = Recorder()

    report = release(make_case(account_token(), command="publish", dists=[WHEEL]), recorder)

    assert report.exit_code is ExitCode.REFUSED
    assert recorder.opened == 0
    assert [upload.outcome for upload in report.uploads] == ["not-attempted"]


def test_a_refusal_by_the_index_s_state_uploads_nothing() -> None:
    """Another content under the same name is found before any upload."""
    recorder = Recorder(Listing({WHEEL.filename: "00" * 32}))

    report = release(make_case(project_token(), command="publish", dists=[WHEEL, SDIST]), recorder)

    assert report.exit_code is ExitCode.REFUSED
    assert "different-content" in [finding.rule for finding in report.findings]
    assert not any(step.startswith("upload") for step in recorder.steps)


def test_metadata_problems_refuse_unless_nobody_asked() -> None:
    """twine's errors stop the release; with the check off twine is not asked."""
    case = make_case(project_token(), command="publish", dists=[WHEEL])
    asked, unasked = Recorder(problems=["broken"]), Recorder(problems=["broken"])

    assert release(case, asked).exit_code is ExitCode.REFUSED
    assert release(case, unasked, ReleaseOptions(verify_metadata=False)).exit_code is ExitCode.CLEAN
    assert not any(step.startswith("check") for step in unasked.steps)


def test_an_index_that_cannot_be_asked_is_said_and_does_not_stop() -> None:
    """An unreachable listing is a remark; what depends on it is refused by its own rule."""
    report = release(
        make_case(project_token(), command="publish", dists=[WHEEL]), Recorder(FailureError("no route", ""))
    )
    first_release = release(
        make_case(
            account_token(),
            command="publish",
            dists=[WHEEL],
            policy=Policy(account_wide=type(Policy().account_wide)("first-release")),
        ),
        recorder := Recorder(FailureError("no route", "")),
    )

    assert report.exit_code is ExitCode.CLEAN
    assert any("no route" in remark for remark in report.remarks)
    assert first_release.exit_code is ExitCode.REFUSED
    assert not any(step.startswith("upload") for step in recorder.steps)


def test_a_failed_file_ends_the_release_and_the_rest_is_told() -> None:
    """The first failure stops what follows; every file has its outcome and the exit code is a failure's."""
    recorder = Recorder(outcomes={WHEEL.filename: "failed"})

    report = release(make_case(project_token(), command="publish", dists=[WHEEL, SDIST]), recorder)

    assert (report.verdict, report.exit_code) == ("failed", ExitCode.FAILURE)
    assert [upload.outcome for upload in report.uploads] == ["failed", "not-attempted"]
    assert report.error is not None
    assert "2 of 2" in report.error.message


def test_a_private_index_gets_the_credential_as_it_is() -> None:
    """Where the index reads no macaroons nothing is narrowed, and the user is the one that was named."""
    recorder = Recorder(Listing(None, asked=False))
    case = make_case(password(), command="publish", dists=[WHEEL], url=PRIVATE_INDEX)

    report = release(case, recorder, ReleaseOptions(user="builder"))

    assert report.exit_code is ExitCode.CLEAN, report.findings
    assert recorder.passwords == [case.secrets[0].value]
    assert recorder.users == ["builder"]


def test_narrowing_can_be_switched_off_by_the_policy_or_the_command_line() -> None:
    """Only then does the stored token itself leave."""
    token = project_token()
    by_policy, by_option = Recorder(), Recorder()
    release(make_case(token, command="publish", dists=[WHEEL], policy=Policy(narrow=False)), by_policy)
    release(make_case(token, command="publish", dists=[WHEEL]), by_option, ReleaseOptions(narrow=False))

    assert by_policy.passwords == by_option.passwords == [token.reveal()]


def test_a_host_that_the_policy_names_gets_narrowed_copies() -> None:
    """`macaroons: true` makes another host one that reads caveats."""
    recorder = Recorder(Listing(None, asked=False))
    policy = Policy(indexes={"packages.example.org": IndexPolicy(macaroons=True)})
    token = project_token()

    report = release(make_case(token, command="publish", dists=[WHEEL], url=PRIVATE_INDEX, policy=policy), recorder)

    assert report.exit_code is ExitCode.CLEAN, report.findings
    assert recorder.passwords != [token.reveal()]
    assert Token.parse(recorder.passwords[0]).fingerprint == token.fingerprint


def test_nothing_to_publish_is_no_success() -> None:
    """Without a distribution the release ends with its own exit code, and no worker is started."""
    recorder = Recorder()

    with pytest.raises(NothingToCheckError):
        release(make_case(project_token(), command="publish"), recorder)

    assert recorder.opened == 0


def test_warnings_stop_only_where_they_were_asked_to() -> None:
    """--fail-on warning is met before anything is sent."""
    case = make_case(project_token("alpha-pkg", "beta-pkg"), command="publish", dists=[WHEEL])
    strict, lax = Recorder(), Recorder()

    assert release(case, strict, ReleaseOptions(fail_on=Severity.WARNING)).exit_code is ExitCode.WARNINGS
    assert release(case, lax).exit_code is ExitCode.CLEAN
    assert strict.opened == 0
