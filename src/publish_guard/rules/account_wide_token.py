"""A token that reaches every project of its account."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case, IndexState, Presence
from publish_guard.domain.finding import Severity
from publish_guard.domain.policy import AccountWideRule
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.scope import AccountWide
from publish_guard.domain.secret import StoredSecret
from publish_guard.domain.text import listed, one_line, shown
from publish_guard.rules.links import new_token_page, pages_of, tokens_page
from publish_guard.rules.words import new_token, place, sentence


def _judge(case: Case) -> Iterator[Judgement]:
    for secret, token in case.tokens:
        if isinstance(token.scope, AccountWide):
            judgement = _judge_one(case, secret)
            if judgement is not None:
                yield judgement


def _judge_one(case: Case, secret: StoredSecret) -> Judgement | None:
    reach = f"The token in {place(secret)} reaches every project of its account, those of tomorrow included"
    permit = _permit(case)
    if permit is not None:
        return Judgement(
            f"{reach}. {permit}",
            f"Better: {new_token(case, secret)}.",
            secret=secret.id,
            severity=Severity.NOTE,
        )
    if case.policy.account_wide is not AccountWideRule.FIRST_RELEASE:
        return Judgement(
            f"{reach}.",
            f"{sentence(new_token(case, secret))} If it must be so, say why: --allow-account-wide REASON.",
            secret=secret.id,
        )
    if case.command == "check" or case.sweep:
        return Judgement(
            f"{reach}. Only `publish` can ask the index whether this is a first release, and refuses it otherwise.",
            f"Once the project exists, {new_token(case, secret)}.",
            secret=secret.id,
            severity=Severity.WARNING,
        )
    state = case.index_state
    if state is None:
        # `publish` asks the index before the first byte, and has this judged again with its answer.
        return None
    return _judge_first_release(case, state, secret, reach)


def _permit(case: Case) -> str | None:
    """Return who lets account-wide tokens pass, and why; None where nobody does, or nobody says why."""
    if case.allow_account_wide is not None and case.allow_account_wide.strip():
        return f"--allow-account-wide lets it pass: {one_line(case.allow_account_wide)}"
    reason = case.policy.account_wide_reason
    if case.policy.account_wide is AccountWideRule.ALLOW and reason is not None and reason.strip():
        return f"The policy ({shown(case.policy.origin)}) lets it pass: {one_line(reason)}"
    return None


def _judge_first_release(case: Case, state: IndexState, secret: StoredSecret, reach: str) -> Judgement:
    if state.problem is not None:
        return Judgement(
            f"{reach}. The index could not be asked whether this is a first release: {one_line(state.problem)}",
            f"Try again; or, where the project exists already, {new_token(case, secret)}.",
            secret=secret.id,
        )
    later = [name for name in case.published_projects if not _is_first_release(case, state, name)]
    if later or not case.published_projects:
        what = f"{listed(later)} is on the index already" if later else "it is not known what is published"
        return Judgement(
            f"{reach}. The policy allows that for a first release only, and {what}.",
            sentence(new_token(case, secret, later[0] if len(later) == 1 else None)),
            secret=secret.id,
        )
    index = pages_of(case, secret.token)
    name = case.published_projects[0] if len(case.published_projects) == 1 else None
    return Judgement(
        f"{reach}. The policy lets it pass, because {_what_is_first(case, state)}.",
        f"Replace it right after this release: make a project's own token at {new_token_page(index, name)}, store it "
        f"in {place(secret)}, and remove the old one at {tokens_page(index)}",
        secret=secret.id,
        severity=Severity.WARNING,
    )


def _what_is_first(case: Case, state: IndexState) -> str:
    """Return why this is a first release: the projects that are new, and those whose first release goes on."""
    new = [name for name in case.published_projects if state.projects.get(name, {}) is None]
    resumed = [name for name in case.published_projects if name not in new]
    reasons = []
    if new:
        reasons.append(f"{listed(new)} {'is' if len(new) == 1 else 'are'} new on the index")
    if resumed:
        reasons.append(f"the index has only files of this very release of {listed(resumed)}")
    return " and ".join(reasons)


def _is_first_release(case: Case, state: IndexState, project: str) -> bool:
    """Return whether the project is missing on the index, or has nothing but files of this very release."""
    # A project that the index was not asked about counts as one that exists.
    files = state.projects.get(project, {})
    if files is None:
        return True
    ours = {dist.filename: dist for dist in case.distributions if dist.project == project}
    return bool(files) and all(
        name in ours and state.presence(ours[name]) in (Presence.SAME, Presence.UNHASHED) for name in files
    )


RULE = Rule(
    ident="account-wide-token",
    severity=Severity.ERROR,
    # A policy loosens it with `account-wide: {allow: REASON}`, never by a mere severity: the reason must stand there.
    lowest=Severity.ERROR,
    summary="The token can publish every project of the account.",
    when=(
        "The token's caveats name a user and no project. A note with the reason where `--allow-account-wide REASON` or "
        "the policy's `account-wide: {allow: REASON}` lets it pass. With `account-wide: first-release`: a warning in "
        "`check`, and in `publish` a warning for a project that is new on the index, or of which the index has only "
        "files of this very release; an error otherwise."
    ),
    why=(
        "Whoever gets hold of this token can publish a new version of every project of the account, also of those that "
        "are made later. A job needs one project. In March 2026 a compromised scanner in release workflows gave away "
        "the tokens of LiteLLM and Telnyx, and their next versions carried malware for hours (PyPI's report of "
        "2026-04-02). What a stolen token reaches is what an attacker can poison.\n\n"
        "PyPI refuses new files for releases older than 14 days since July 2026, so a stolen token now means a new "
        "version of something: the scope decides of what.\n\n"
        "A first release is the one case in which an account-wide token is needed, because a project-scoped token can "
        "only be made for a project that exists. The policy `account-wide: first-release` allows exactly that, and a "
        "pending Trusted Publisher needs no token at all."
    ),
    mend=(
        "1. Make a token for this project alone: https://pypi.org/manage/account/token/?selected_project=PROJECT\n"
        "2. Store it under the name of the old secret.\n"
        "3. Remove the old token at https://pypi.org/manage/account/#api-tokens; deleting the secret alone leaves it "
        "valid.\n"
        "4. For a first release: set up a pending Trusted Publisher at https://pypi.org/manage/account/publishing/, or "
        "write `account-wide: first-release` in the policy.\n"
        "5. Where it has to be account-wide, say why: `--allow-account-wide REASON`, or in the policy "
        "`account-wide: {allow: REASON}`. The reason stands in every report."
    ),
    example=(
        "Before, one token for everything:\n\n"
        "```text\nerror[account-wide-token]: The token in PYPI_TOKEN reaches every project of its account\n```\n\n"
        "After, for the first release of a project only:\n\n"
        "```yaml\n# .publish-guard.yml\naccount-wide: first-release\n```"
    ),
    judge=_judge,
)
