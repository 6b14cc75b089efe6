"""`publish` as a service: what is done in which order, and what never is, with a publisher that keeps a record."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from publish_guard.domain.case import Case
from publish_guard.domain.distribution import Distribution
from publish_guard.domain.finding import Severity
from publish_guard.domain.policy import AccountWideRule, IndexPolicy, Policy
from publish_guard.domain.publisher import IndexAnswer, Listing
from publish_guard.domain.redact import Redactor
from publish_guard.domain.report import Report
from publish_guard.domain.token import Token
from publish_guard.errors import ExitCode, FailureError, WorkerRefusalError
from publish_guard.services.publish import ReleaseOptions, publish
from support.cases import PRIVATE_INDEX, account_token, distribution, make_case, password, project_token

NOW = 1_795_330_800


class Recorder:
    """A publisher that does nothing but remember, and answers what the test tells it to."""

    def __init__(
        self,
        listing: Listing | FailureError | None = None,
        answers: Mapping[str, IndexAnswer | BaseException] | None = None,
        problems: Sequence[str] = (),
    ) -> None:
        self.listing = listing or Listing({})
        self.answers = answers or {}
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

    def upload(self, distribution: Distribution, *, user: str, password: str) -> IndexAnswer:
        self.steps.append(f"upload {distribution.filename}")
        self.users.append(user)
        self.passwords.append(password)
        answer = self.answers.get(distribution.filename, IndexAnswer(200))
        if isinstance(answer, BaseException):
            raise answer
        return answer


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
        make_case(project_token(), command="publish", dists=[WHEEL]), Recorder(WorkerRefusalError("no route", ""))
    )
    first_release = release(
        make_case(
            account_token(),
            command="publish",
            dists=[WHEEL],
            policy=Policy(account_wide=type(Policy().account_wide)("first-release")),
        ),
        recorder := Recorder(WorkerRefusalError("no route", "")),
    )

    assert report.exit_code is ExitCode.CLEAN
    assert any("no route" in remark for remark in report.remarks)
    assert first_release.exit_code is ExitCode.REFUSED
    assert not any(step.startswith("upload") for step in recorder.steps)


def test_a_failed_file_ends_the_release_and_the_rest_is_told() -> None:
    """The first failure stops what follows; every file has its outcome and the exit code is a failure's."""
    recorder = Recorder(answers={WHEEL.filename: IndexAnswer(403, "Forbidden")})

    report = release(make_case(project_token(), command="publish", dists=[WHEEL, SDIST]), recorder)

    assert (report.verdict, report.exit_code) == ("failed", ExitCode.FAILURE)
    assert [upload.outcome for upload in report.uploads] == ["failed", "not-attempted"]
    assert report.error is not None
    assert "2 of 2 files are not known to be published" in report.error.message


def test_a_private_index_gets_the_credential_as_it_is() -> None:
    """Where the index reads no macaroons nothing is narrowed, and the user is the one that was named."""
    recorder = Recorder(Listing(None, asked=False))
    case = make_case(password(), command="publish", dists=[WHEEL], url=PRIVATE_INDEX)

    report = release(case, recorder, ReleaseOptions(user="builder"))

    assert report.exit_code is ExitCode.CLEAN, report.findings
    assert recorder.passwords == [case.secrets[0].value]
    assert recorder.users == ["builder"]
    assert report.uploads[0].narrowed_until is None


def test_narrowing_can_be_switched_off_by_the_policy_or_the_command_line() -> None:
    """Only then does the stored token itself leave."""
    token = project_token()
    by_policy, by_option = Recorder(), Recorder()
    reports = (
        release(make_case(token, command="publish", dists=[WHEEL], policy=Policy(narrow=False)), by_policy),
        release(make_case(token, command="publish", dists=[WHEEL]), by_option, ReleaseOptions(narrow=False)),
    )

    assert by_policy.passwords == by_option.passwords == [token.reveal()]
    assert all("was handed to twine as it is stored" in str(report.remarks) for report in reports)


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

    report = release(make_case(project_token(), command="publish"), recorder)

    assert (report.verdict, report.exit_code) == ("failed", ExitCode.NOTHING_TO_CHECK)
    assert report.case is not None
    assert recorder.opened == 0


def test_warnings_stop_only_where_they_were_asked_to() -> None:
    """--fail-on warning is met before anything is sent."""
    case = make_case(project_token("alpha-pkg", "beta-pkg"), command="publish", dists=[WHEEL])
    strict, lax = Recorder(), Recorder()

    assert release(case, strict, ReleaseOptions(fail_on=Severity.WARNING)).exit_code is ExitCode.WARNINGS
    assert release(case, lax).exit_code is ExitCode.CLEAN
    assert strict.opened == 0


@pytest.mark.parametrize(
    ("answer", "outcome", "attempts"),
    [
        (IndexAnswer(201), "uploaded", 1),
        (IndexAnswer(302), "failed", 1),
        (IndexAnswer(503), "failed", 1),
        (IndexAnswer(103), "in-doubt", 1),
        (IndexAnswer(None, sent="nothing"), "failed", 0),
        (IndexAnswer(None, sent="part"), "failed", 1),
        (IndexAnswer(None, sent="whole"), "in-doubt", 1),
        (WorkerRefusalError("it has changed", "look"), "failed", 0),
        (FailureError("the worker is gone", "look"), "in-doubt", 1),
        (KeyboardInterrupt(), "in-doubt", 1),
    ],
)
def test_every_end_of_an_upload_has_its_outcome(
    answer: IndexAnswer | BaseException, outcome: str, attempts: int
) -> None:
    """In doubt is what may have arrived; what never left, or was answered, is told as what it is."""
    recorder = Recorder(answers={WHEEL.filename: answer})

    report = release(make_case(project_token(), command="publish", dists=[WHEEL]), recorder)

    upload = report.uploads[0]
    assert (upload.outcome, upload.attempts) == (outcome, attempts)
    assert outcome == "uploaded" or upload.cause


def test_an_interruption_keeps_what_was_sent() -> None:
    """Ctrl-C during the second file: the first is uploaded, the second in doubt, the third not attempted."""
    more = distribution(version="1.0", path="dist/third.whl")
    recorder = Recorder(answers={SDIST.filename: KeyboardInterrupt()})

    report = release(make_case(project_token(), command="publish", dists=[WHEEL, SDIST, more]), recorder)

    assert (report.verdict, report.exit_code) == ("failed", ExitCode.INTERRUPTED)
    assert [upload.outcome for upload in report.uploads] == ["uploaded", "in-doubt", "not-attempted"]
    assert report.case is not None
    assert report.error is not None


def test_a_worker_that_cannot_start_keeps_what_was_judged() -> None:
    """The failure's report has the secret, the findings and every file as not attempted."""

    def broken() -> contextlib.AbstractContextManager[Recorder]:
        raise FailureError("no such Python", "check it")

    report = publish(
        make_case(project_token(), command="publish", dists=[WHEEL]),
        ReleaseOptions(),
        open_publisher=broken,
        clock=lambda: NOW,
        redactor=Redactor(),
        progress=lambda _: None,
    )

    assert (report.verdict, report.exit_code) == ("failed", ExitCode.FAILURE)
    assert report.case is not None
    assert report.findings
    assert [upload.outcome for upload in report.uploads] == ["not-attempted"]


def test_a_dead_worker_is_no_index_that_cannot_be_asked() -> None:
    """Only what the worker itself says of the index lets the release go on; a worker that is gone ends it."""
    report = release(
        make_case(project_token(), command="publish", dists=[WHEEL]), recorder := Recorder(FailureError("gone", ""))
    )

    assert report.exit_code is ExitCode.FAILURE
    assert not any(step.startswith("upload") for step in recorder.steps)


def test_another_user_than_the_tokens_is_a_usage_error() -> None:
    """PyPI takes API tokens only, whose user is always the same; a private index takes the user that was named."""
    recorder = Recorder()

    report = release(
        make_case(project_token(), command="publish", dists=[WHEEL]), recorder, ReleaseOptions(user="alice")
    )

    assert report.exit_code is ExitCode.USAGE
    assert recorder.opened == 0


def test_the_copys_end_is_in_the_report() -> None:
    """What was sent narrowed says until when it is good."""
    report = release(make_case(project_token(), command="publish", dists=[WHEEL]), Recorder())

    assert report.uploads[0].narrowed_until == NOW + 600


@pytest.mark.parametrize(
    ("read_by_worker", "narrow", "code"),
    [(True, True, ExitCode.USAGE), (True, False, ExitCode.CLEAN), (False, True, ExitCode.CLEAN)],
)
def test_a_policy_in_yaml_cannot_hand_over_a_whole_token(read_by_worker: bool, narrow: bool, code: ExitCode) -> None:
    """That an index reads no tokens is not taken from what a worker read: only the command line or TOML may say so."""
    token = project_token("alpha-pkg", location="packages.example.org")
    recorder = Recorder(Listing(None, asked=False))
    case = make_case(
        token, command="publish", dists=[WHEEL], url=PRIVATE_INDEX, policy=Policy(read_by_worker=read_by_worker)
    )

    assert release(case, recorder, ReleaseOptions(narrow=narrow)).exit_code is code
    assert recorder.opened == (code is ExitCode.CLEAN)


def test_a_failed_source_is_told_beside_a_refusal() -> None:
    """The refusal counts, and the reader learns too that the keyring could not be asked."""
    report = publish(
        make_case(account_token(), command="publish", dists=[WHEEL]),
        ReleaseOptions(),
        open_publisher=Recorder().open,
        clock=lambda: NOW,
        redactor=Redactor(),
        progress=lambda _: None,
        problem=FailureError("locked", "unlock it"),
    )

    assert report.exit_code is ExitCode.REFUSED
    assert report.error is not None
    assert report.error.message == "locked"


@pytest.mark.parametrize("listing", [Listing({WHEEL.filename: "0" * 64}), WorkerRefusalError("no route", "")])
@pytest.mark.parametrize("verify", [True, False])
def test_a_first_release_is_decided_by_the_index_and_by_nothing_less(
    listing: Listing | FailureError, verify: bool
) -> None:
    """The rule waits for the index's answer, so the service must have one: without it, or with files there, nothing goes."""
    policy = Policy(account_wide=AccountWideRule.FIRST_RELEASE)
    recorder = Recorder(listing)

    report = release(
        make_case(account_token(), command="publish", dists=[WHEEL], policy=policy),
        recorder,
        ReleaseOptions(verify_metadata=verify),
    )

    assert report.exit_code is ExitCode.REFUSED
    assert recorder.steps[0] == "list alpha-pkg"
    assert recorder.passwords == []


def test_an_index_without_an_address_allows_no_first_release() -> None:
    """A private index that nobody knows how to ask says nothing, and nothing allows nothing."""
    policy = Policy(
        account_wide=AccountWideRule.FIRST_RELEASE, indexes={"packages.example.org": IndexPolicy(macaroons=True)}
    )
    recorder = Recorder(Listing(None, asked=False))

    report = release(
        make_case(account_token(), command="publish", dists=[WHEEL], policy=policy, url=PRIVATE_INDEX), recorder
    )

    assert report.exit_code is ExitCode.REFUSED
    assert recorder.passwords == []
