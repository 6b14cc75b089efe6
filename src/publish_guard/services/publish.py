"""`publish`: judge, ask the index, check the metadata, narrow, hand over, and say what became of each file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from publish_guard.domain.case import Case, IndexState, MetadataProblem, Presence
from publish_guard.domain.distribution import Distribution
from publish_guard.domain.finding import Finding, Severity
from publish_guard.domain.publisher import Publisher
from publish_guard.domain.record import record, replace
from publish_guard.domain.redact import Redactor
from publish_guard.domain.report import Report, ReportError, Upload, Verdict
from publish_guard.domain.secret import StoredSecret
from publish_guard.domain.token import TOKEN_USER
from publish_guard.errors import (
    ExitCode,
    FailureError,
    NothingToCheckError,
    PublishGuardError,
    UsageError,
    WorkerRefusalError,
)
from publish_guard.rules.registry import judge
from publish_guard.services.assignment import assign
from publish_guard.services.judgement import conclude, rollout_remarks
from publish_guard.services.narrowing import credential_for, narrows
from publish_guard.services.outcomes import in_doubt, outcome_of

Progress = Callable[[str], None]
OpenPublisher = Callable[[], AbstractContextManager[Publisher]]


@record
class ReleaseOptions:
    """What the command line asked of a release. `user` None is the one kept with a password, else `__token__`."""

    user: str | None = None
    verify_metadata: bool = True
    narrow: bool = True
    dry_run: bool = False
    fail_on: Severity = Severity.ERROR


def publish(
    case: Case,
    options: ReleaseOptions,
    *,
    open_publisher: OpenPublisher,
    clock: Callable[[], int],
    redactor: Redactor,
    progress: Progress,
    remarks: tuple[str, ...] = (),
    problem: PublishGuardError | None = None,
) -> Report:
    """Return the report on a release; nothing is sent where a rule refuses it, or `fail_on` is met.

    Whatever fails on the way, an interruption included, ends in a report of what was judged and sent up to then.
    `problem` is what kept a source from being read; `clock` gives seconds since 1970.
    """
    release = _Release(case, options, clock, redactor, progress, remarks)
    try:
        return release.run(open_publisher, problem)
    except PublishGuardError as error:
        return release.failed(error.exit_code, error.message, error.remedy)
    except KeyboardInterrupt:
        return release.failed(
            ExitCode.INTERRUPTED,
            "Interrupted.",
            "Run the same command again: what the index has already is recognised by its digest.",
        )


@dataclass
class _Release:
    """One release on its way; the case grows as the index and twine are asked, the uploads as files are sent."""

    case: Case
    options: ReleaseOptions
    clock: Callable[[], int]
    redactor: Redactor
    progress: Progress
    remarks: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    uploads: list[Upload] = field(default_factory=list)
    # The file that is with the index at this moment, and until when its copy is good.
    sending: tuple[Distribution, int | None] | None = None

    def run(self, open_publisher: OpenPublisher, problem: PublishGuardError | None) -> Report:
        verdict, exit_code = self._judge()
        self._check_user()
        self._check_handover()
        if exit_code is ExitCode.REFUSED:
            told = None if problem is None else ReportError(problem.message, problem.remedy)
            return self._report(verdict, exit_code, told)
        if problem is not None:
            raise problem
        if not self.case.distributions:
            raise NothingToCheckError(
                "There is no distribution to publish.",
                "Name the files that the build made, such as dist/*, and check that the build ran.",
            )
        if exit_code is not ExitCode.CLEAN:
            return self._report(verdict, exit_code)
        with open_publisher() as publisher:
            return self._publish(publisher)

    def failed(self, exit_code: ExitCode, message: str, remedy: str) -> Report:
        """Return the report on a release that something ended, with all that is known of it."""
        if self.sending is not None:
            distribution, narrowed_until = self.sending
            cause = "The upload was cut off: the file may have arrived or not."
            self.uploads.append(in_doubt(distribution.path, cause, narrowed_until=narrowed_until))
        return self._report("failed", exit_code, ReportError(message, remedy))

    def _publish(self, publisher: Publisher) -> Report:
        state = self._ask_index(publisher)
        problems = self._check_metadata(publisher) if self.options.verify_metadata else ()
        self.case = replace(self.case, index_state=state, metadata_problems=problems)
        verdict, exit_code = self._judge()
        if exit_code is not ExitCode.CLEAN:
            return self._report(verdict, exit_code)
        self._send_all(publisher)
        unpublished = sum(upload.outcome in ("failed", "in-doubt", "not-attempted") for upload in self._all_uploads())
        if not unpublished:
            return self._report(verdict, exit_code)
        return self._report(
            "failed",
            ExitCode.FAILURE,
            ReportError(
                f"{unpublished} of {len(self.case.distributions)} files are not known to be published.",
                "See what the index says of the first of them; run the same command again when it is mended.",
            ),
        )

    def _check_user(self) -> None:
        if not self.case.takes_passwords and self.options.user not in (None, TOKEN_USER):
            raise UsageError(
                f"This index takes API tokens, and an API token's user is always {TOKEN_USER}.", "Leave --user out."
            )

    def _check_handover(self) -> None:
        """Refuse to hand a whole token to a worker on the word of a policy that a worker has read."""
        if not self.options.narrow or not self.case.policy.read_by_worker or self.case.reads_macaroons:
            return
        for secret in assign(self.case).values():
            if secret.token is not None:
                raise UsageError(
                    f"The token in {secret.name} would be handed over whole, because the policy "
                    f"({self.case.policy.origin}) does not say that the index reads such tokens; a policy in YAML is "
                    "read by a worker, whose word does not count for that.",
                    "Say `macaroons: true` for the index if it reads them; else write the policy in TOML, or use "
                    "--narrow off.",
                )

    def _judge(self) -> tuple[Verdict, ExitCode]:
        self.findings = judge(self.case)
        return conclude(self.findings, self.case, fail_on=self.options.fail_on)

    def _all_uploads(self) -> tuple[Upload, ...]:
        done = {upload.path for upload in self.uploads}
        left = [Upload(dist.path, "not-attempted") for dist in self.case.distributions if dist.path not in done]
        return (*self.uploads, *left)

    def _report(self, verdict: Verdict, exit_code: ExitCode, error: ReportError | None = None) -> Report:
        return Report(
            command="publish",
            verdict=verdict,
            exit_code=exit_code,
            generated_at=self.case.now,
            case=self.case,
            findings=self.findings,
            uploads=self._all_uploads(),
            assignment=tuple((path, secret.id) for path, secret in assign(self.case).items()),
            error=error,
            remarks=(*self.remarks, *self._handover_remarks(), *rollout_remarks(self.findings, self.case)),
        )

    def _handover_remarks(self) -> tuple[str, ...]:
        """Return a remark for each secret that twine gets as it is stored, or would get if it came to that."""
        if narrows(self.case, requested=self.options.narrow):
            return ()
        why = "narrowing is off" if self.case.reads_macaroons else "the index reads no caveats"
        secrets = dict.fromkeys(secret.name for secret in assign(self.case).values() if secret.token is not None)
        sent = any(upload.status is not None or upload.attempts for upload in self.uploads)
        how = "was handed" if sent else "would be handed"
        return tuple(f"The token in {name} {how} to twine as it is stored: {why}." for name in secrets)

    def _ask_index(self, publisher: Publisher) -> IndexState:
        """Return what the index has of this release's projects, or why that is not known."""
        projects: dict[str, dict[str, str | None] | None] = {}
        try:
            for project in self.case.published_projects:
                listed = publisher.list_files(project)
                if not listed.asked:
                    return IndexState(problem="nobody knows where this index lists its files")
                projects[project] = None if listed.files is None else dict(listed.files)
        except WorkerRefusalError as error:
            self.remarks = (*self.remarks, f"What the index already has is not known: {error.message}")
            return IndexState(problem=error.message)
        return IndexState(projects)

    def _check_metadata(self, publisher: Publisher) -> tuple[MetadataProblem, ...]:
        problems: list[MetadataProblem] = []
        for distribution in self.case.distributions:
            errors, warnings = publisher.check_metadata(distribution)
            problems += [MetadataProblem(distribution.path, message) for message in errors]
            problems += [MetadataProblem(distribution.path, message, strict_only=True) for message in warnings]
        return tuple(problems)

    def _send_all(self, publisher: Publisher) -> None:
        secrets = assign(self.case)
        for distribution in self.case.distributions:
            upload = self._already_there(distribution)
            if upload is None:
                upload = self._send(publisher, distribution, secrets[distribution.path])
            self.uploads.append(upload)
            self.progress(f"{distribution.filename}: {upload.outcome}")
            if upload.outcome in ("failed", "in-doubt"):
                return

    def _already_there(self, distribution: Distribution) -> Upload | None:
        state = self.case.index_state
        presence = Presence.ABSENT if state is None else state.presence(distribution)
        if presence is Presence.SAME:
            return Upload(distribution.path, "already-there")
        if presence is not Presence.ABSENT and self.case.skip_existing:
            return Upload(distribution.path, "skipped")
        return None

    def _send(self, publisher: Publisher, distribution: Distribution, secret: StoredSecret) -> Upload:
        if self.options.dry_run:
            return Upload(distribution.path, "would-upload")
        user = self.options.user or (secret.user if secret.token is None else None) or TOKEN_USER
        narrow = narrows(self.case, requested=self.options.narrow)
        credential = credential_for(secret, distribution, self.case, user=user, narrow=narrow, now=self.clock())
        self.redactor.add_upload(user, credential.password)
        self.sending = (distribution, credential.expires_at)
        try:
            answer = publisher.upload(distribution, user=user, password=credential.password)
        except WorkerRefusalError as error:
            self.sending = None
            return Upload(distribution.path, "failed", cause=error.message, remedy=error.remedy)
        except FailureError as error:
            self.sending = None
            return in_doubt(distribution.path, error.message, narrowed_until=credential.expires_at)
        self.sending = None
        return outcome_of(distribution, answer, self.case.target, narrowed_until=credential.expires_at)
