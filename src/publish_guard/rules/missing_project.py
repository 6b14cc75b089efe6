"""A project that the index does not have, and a token that cannot create it."""

from __future__ import annotations

from collections.abc import Iterator

from publish_guard.domain.case import Case
from publish_guard.domain.finding import Severity
from publish_guard.domain.rule import Judgement, Rule
from publish_guard.domain.scope import ProjectScoped
from publish_guard.domain.secret import StoredSecret
from publish_guard.domain.token import Token
from publish_guard.rules.links import pages_of, pending_publisher_page
from publish_guard.rules.words import file_of, narrowed_account_token, place


def _judge(case: Case) -> Iterator[Judgement]:
    if case.index_state is None or case.sweep or not case.reads_macaroons:
        return
    for project in case.published_projects:
        # Absent from the mapping is "not asked"; None is "the index does not have it".
        if project not in case.index_state.projects or case.index_state.projects[project] is not None:
            continue
        reaching = [(secret, token) for secret, token in case.tokens if token.scope.reaches(project) is not False]
        if any(_may_create(token) for _, token in reaching):
            continue
        for secret, token in reaching:
            yield _cannot_create(case, project, secret, token)


def _may_create(token: Token) -> bool:
    return not isinstance(token.scope, ProjectScoped) or narrowed_account_token(token)


def _cannot_create(case: Case, project: str, secret: StoredSecret, token: Token) -> Judgement:
    page = pending_publisher_page(pages_of(case, token))
    message = (
        f"{project} is not on the index yet, and the token in {place(secret)} cannot create it: only an account-wide "
        "token or a pending Trusted Publisher can."
    )
    remedy = (
        f"Set up a pending Trusted Publisher at {page}; or use an account-wide token once, with "
        "`account-wide: first-release` in the policy."
    )
    if token.issuer == "trusted-publisher":
        message = (
            f"{project} is not on the index, and the Trusted Publisher's token in {place(secret)} cannot create a "
            "project under this name."
        )
        remedy = f"Compare the project's name in its metadata with the pending publisher's at {page}"
    return Judgement(message, remedy, secret=secret.id, distribution=file_of(case, project))


RULE = Rule(
    ident="missing-project",
    severity=Severity.ERROR,
    # The index has the last word; a policy may leave it to that.
    lowest=Severity.WARNING,
    summary="The project is not on the index, and the token cannot create it.",
    when=(
        "The index was asked and does not have the project, and every token that reaches it is project-scoped. An "
        "account-wide token that somebody narrowed to the name can create the project and is let pass."
    ),
    why=(
        "A project-scoped token is made for a project that exists. For a first release it answers with status 403 and "
        "the words that also stand for a wrong scope, which sends people making tokens that never work. A project that "
        "was deleted and made again is another one to its old tokens too: they carry its former id (pypi/warehouse, "
        "warehouse/macaroons/caveats).\n\n"
        "Each try for a name that does not exist also counts against the limit of new projects of the account and the "
        "address, even if it is refused."
    ),
    mend=(
        "1. Look at the name first: is it spelt as on the index?\n"
        "2. Best: set up a pending Trusted Publisher at https://pypi.org/manage/account/publishing/; the first upload "
        "creates the project.\n"
        "3. Or use an account-wide token for this one release, with `account-wide: first-release` in the policy.\n"
        "4. Afterwards make the project's own token at "
        "https://pypi.org/manage/account/token/?selected_project=PROJECT and remove the account-wide one."
    ),
    example="```yaml\n# .publish-guard.yml\naccount-wide: first-release\n```",
    judge=_judge,
)
