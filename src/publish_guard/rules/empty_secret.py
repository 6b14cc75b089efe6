"""A secret that holds nothing, and the CI setting that usually causes it."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain import details
from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.run import Run
from publish_guard.domain.secret import SecretKind, StoredSecret
from publish_guard.domain.text import shown
from publish_guard.rules.words import place

_OTHER_CAUSES = {
    "stdin": "The command before the pipe printed nothing.",
    "file": "The file is there, but nothing was written into it.",
    "pypirc": "The section of an index keeps its token as `password`.",
    "keyring": "Its service must be the upload URL, letter by letter, and its user usually `__token__`.",
}


def _judge(case: Case) -> Iterator[Judgement]:
    if case.sweep:
        # A sweep looks for tokens; an empty variable is none.
        return
    for secret in case.secrets:
        if secret.kind is SecretKind.EMPTY:
            state = shown(secret.detail or "empty").rstrip(".")
            yield Judgement(
                f"There is no token in {place(secret)}: {state}. {_likeliest_cause(secret, state, case.run)}",
                _remedy(secret, state, case.run),
                secret=secret.id,
            )


def _likeliest_cause(secret: StoredSecret, state: str, run: Run) -> str:
    if secret.source != "environment":
        return _OTHER_CAUSES.get(secret.source, "Nothing was stored there, or what should have filled it failed.")
    match run.platform:
        case "github":
            return _github_cause(state, run)
        case "gitlab":
            return _gitlab_cause(run)
        case "local":
            if state == details.NOT_SET:
                return "The variable was probably not exported in this shell, or its name is misspelt."
            return "The variable is there, but what should have filled it gave nothing."


def _github_cause(state: str, run: Run) -> str:
    if run.actor == "dependabot[bot]":
        return "A run that Dependabot started gets only the repository's Dependabot secrets."
    if run.event is not None and run.event.startswith("pull_request"):
        return "GitHub gives no secrets to a run for a pull request from a fork."
    if state == details.NOT_SET:
        return "The step has no `env:` line for it."
    return (
        "Usual causes: the job has no `environment:` line for the environment that keeps the secret, its name is "
        "misspelt, or a reusable workflow is called without `secrets: inherit`."
    )


def _gitlab_cause(run: Run) -> str:
    if run.ref_protected is False:
        return "The variable is probably protected, and this ref is not: GitLab leaves it out of such jobs."
    return "The variable is probably limited to another environment scope, or its name is misspelt."


def _remedy(secret: StoredSecret, state: str, run: Run) -> str:
    name = place(secret)
    match secret.source:
        case "environment":
            return _remedy_of_a_variable(name, state, run)
        case "stdin":
            return "Run that command by itself with `| wc -c` behind it: a token has more than a hundred characters."
        case "pypirc":
            return "Write `username = __token__` and `password = ` with the token into that section."
        case "keyring":
            return f"Store it: `keyring set {shown(secret.name)} __token__` asks for the token."
        case _:
            return f"Store a token in {name}, alone, or name the place where it is."


def _remedy_of_a_variable(name: str, state: str, run: Run) -> str:
    match run.platform:
        case "github":
            return (
                f"Give the step `env: {name}: ${{{{ secrets.THE_SECRETS_NAME }}}}`, give the job the secret's "
                "`environment:`, and publish from a tag or a branch of the repository itself."
            )
        case "gitlab":
            return (
                "Protect the tag or branch that publishes, or give the job the `environment:` that the variable is "
                "limited to (Settings, CI/CD, Variables)."
            )
        case "local":
            if state == details.NOT_SET:
                return f"Run `export {name}` once it is set, or pipe the token in with --stdin."
            return f'Fill {name} again and look with `test -n "${name}"`, or pipe the token in with --stdin.'


RULE = Rule(
    ident="empty-secret",
    severity=Severity.ERROR,
    # Nothing can be published with nothing, whatever a policy says.
    lowest=Severity.ERROR,
    always=True,
    summary="There is no token where one was expected.",
    when="The secret is not set, empty, or blank. A sweep (`--all-env`) passes over empty variables.",
    why=(
        "An expression such as `${{ secrets.NAME }}` is empty, not an error, when the job may not have the secret. "
        "Other tools then change their way of authenticating without a word: they try Trusted Publishing, ask a "
        "keyring, or send an empty password, and what they report in the end has nothing to do with the cause.\n\n"
        "publish-guard never falls through to another way. It says that the secret is missing, and which setting "
        "usually takes it away: a protected GitLab variable on an unprotected ref, a GitHub environment that the job "
        "does not name, a pull request from a fork, a run that Dependabot started."
    ),
    mend=(
        "1. Compare the name in the workflow with the name of the stored secret, letter by letter.\n"
        "2. GitHub: if an environment keeps the secret, give the job `environment: NAME`.\n"
        "3. GitHub: with a reusable workflow, hand the secret over with `secrets:`; pull requests from forks and "
        "Dependabot runs get none, so publish from tags.\n"
        "4. GitLab: if the variable is protected, protect the tags that publish (Settings, Repository, Protected "
        "tags).\n"
        "5. GitLab: if the variable has an environment scope, give the job that `environment:`.\n"
        "6. On your own machine: export the variable, or pipe the token in with `--stdin`."
    ),
    example=(
        "Before, the environment `pypi` keeps the secret and the job does not name it:\n\n"
        "```yaml\npublish:\n  runs-on: ubuntu-latest\n```\n\n"
        "After:\n\n"
        "```yaml\npublish:\n  runs-on: ubuntu-latest\n  environment: pypi\n```"
    ),
    judge=_judge,
)
