"""Why an index refused a file, told by its status and words: cause and remedy for the person who reads it at night.

The words are those of a real Warehouse (pypi/warehouse at commit 6b62157, observed case by case); other indexes are
told by their status alone.
"""

from __future__ import annotations

from publish_guard.domain.record import record


@record
class Cause:
    """A reason that is recognised: at `status` when the message holds `words` (lower case; empty: whatever it says)."""

    status: int
    words: str
    cause: str
    remedy: str


_CAUSES = (
    Cause(
        403,
        "invalid or non-existent authentication information",
        "The index does not know this token: it was deleted, belongs to another index, or its account is disabled.",
        "Make a new token on the index, store it in place of the old one, and publish again.",
    ),
    Cause(
        403,
        "not valid for project",
        "The token is not valid for this project, or the project does not exist on the index yet.",
        "Compare the project's name in the file's metadata with the token's projects; a first release needs a pending "
        "Trusted Publisher or a token of the account.",
    ),
    Cause(
        403,
        "token is expired",
        "The token, or its narrowed copy, was over when the upload arrived (or this machine's clock is wrong).",
        "Compare the clock with the index's; for slow uploads raise `narrow: {minutes: …}` in the policy.",
    ),
    Cause(
        403,
        "signatures do not match",
        "The token was changed after the index made it: a character is missing or another one.",
        "Copy the token again as a whole, or make a new one.",
    ),
    Cause(
        403,
        "does not match user restriction",
        "The token names another user than the one it belongs to: it was changed after the index made it.",
        "Make a new token.",
    ),
    Cause(
        403,
        "isn't allowed to upload to project",
        "The account that owns the token has no role in this project, or the project is archived.",
        "Ask an owner of the project for a role, or check the project's name.",
    ),
    Cause(
        403,
        "two-factor",
        "The account that owns the token has no two-factor authentication, which the index demands for uploads.",
        "Set it up in the account's settings, then publish again.",
    ),
    Cause(
        403,
        "verified primary email",
        "The account that owns the token has no verified primary e-mail address.",
        "Verify the address in the account's settings, then publish again.",
    ),
    Cause(403, "read-only mode", "The index takes no uploads at the moment.", "Wait, then run the same command again."),
    Cause(
        403,
        "temporarily disabled",
        "The index takes no uploads of this kind at the moment.",
        "Look at the index's status page, wait, then run the same command again.",
    ),
    Cause(
        403,
        "username/password authentication is no longer supported",
        "The index takes no passwords.",
        "Use an API token with the user __token__.",
    ),
    Cause(
        400,
        "already exists",
        "The index has a file of this name with other content; a file name can be used once.",
        "Raise the version and build again.",
    ),
    Cause(
        400,
        "previously been uploaded",
        "A file of this name was on the index before and was deleted; its name cannot be used again.",
        "Raise the version and build again.",
    ),
    Cause(
        400,
        "non-user identities cannot create new projects",
        "A Trusted Publisher cannot make a project that it was not announced for.",
        "Add a pending Trusted Publisher for this project on the index.",
    ),
    Cause(
        400,
        "14 days",
        "The release is older than 14 days, and such a release takes no new files.",
        "Publish a new version.",
    ),
    Cause(
        400,
        "failed to render",
        "The long description does not render on the index.",
        "Mend it (twine check shows where) and build again.",
    ),
    Cause(
        400,
        "only one sdist",
        "The release has a source distribution already, under another file name.",
        "Raise the version and build again.",
    ),
    Cause(400, "digest", "The file that arrived is not the file that was sent.", "Run the same command again."),
    Cause(
        400,
        "too similar to an existing project",
        "The index takes no new project whose name is so near to another one's.",
        "Choose another name for the project.",
    ),
    Cause(
        429,
        "too many new projects",
        "The account, or this address, has made too many new projects in the last hour.",
        "Wait an hour, then run the same command again.",
    ),
    Cause(409, "", "The index has a file of this name already.", "Raise the version, or use --skip-existing."),
    Cause(429, "", "The index asks to slow down.", "Wait as long as it says, then run the same command again."),
    Cause(413, "", "The file is larger than the index takes.", "Ask the index for a higher limit for this project."),
    Cause(
        401,
        "",
        "The index does not accept this user and credential.",
        "Check --user and the secret; the index may want other ones than PyPI.",
    ),
    Cause(403, "", "The index refuses this upload.", "Check that the credential may upload there."),
    Cause(404, "", "There is nothing to upload to at this URL.", "Check --repository-url."),
    Cause(405, "", "This URL takes no uploads.", "Check --repository-url: PyPI's ends in /legacy/."),
    Cause(400, "", "The index finds the distribution or its metadata wrong.", "Mend what it says and build again."),
)


def cause_of(status: int, message: str) -> tuple[str, str]:
    """Return cause and remedy for an index's answer that is not a success."""
    lowered = message.lower()
    at_status = [known for known in _CAUSES if known.status == status]
    # A server may name several reasons at once, such as a copy that is over and another project.
    told = [known for known in at_status if known.words and known.words in lowered]
    told = told or [known for known in at_status if not known.words]
    if told:
        return " ".join(known.cause for known in told), " ".join(known.remedy for known in told)
    if status >= 500:
        return "The index has an error of its own.", "Run the same command again; look at the index's status page."
    if 300 <= status < 400:
        return (
            "The index wants to send the upload to another address, which is never followed with a credential.",
            "Check --repository-url: most indexes want the address exactly as they document it.",
        )
    return f"The index answered with status {status}.", "Look at what it says and at its documentation."
