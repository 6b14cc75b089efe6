"""PyPI's own words: the messages that clients and people match on, word for word.

They are facts of the server and change only when it does (pypi/warehouse at commit 6b62157, in warehouse/:
forklift/legacy.py, decorators.py, forms.py, macaroons/caveats/__init__.py, _core.py, packaging/services.py,
accounts/security_policy.py).
"""

from __future__ import annotations

_HELP = "https://pypi.org/help/#"
_DOCS = "https://docs.pypi.org"
_CORE_METADATA = "See https://packaging.python.org/specifications/core-metadata for more information."


def _see(anchor: str) -> str:
    return f"See {_HELP}{anchor} for more information."


READ_ONLY = "Read-only mode: Uploads are temporarily disabled."
UPLOADS_DISABLED = f"New uploads are temporarily disabled. {_see('admin-intervention')}"
NO_IDENTITY = f"Invalid or non-existent authentication information. {_see('invalid-auth')}"
PASSWORD = (
    "Username/Password authentication is no longer supported. "
    "Migrate to API Tokens or Trusted Publishers instead. "
    f"See {_HELP}apitoken and {_HELP}trusted-publishers"
)
PROTOCOL_VERSION = "Unknown protocol version."
NO_FILE = "Upload payload does not have a file."
NO_DIGEST = "Include at least one message digest."
PREREGISTRATION = "Project pre-registration is no longer required or supported, upload your files instead."
DOCUMENTATION = "Uploading documentation is no longer supported, we recommend using https://readthedocs.org/."
MISSING_SLASH = "An upload was attempted to /legacy but the expected upload URL is /legacy/ (with a trailing slash)"

NON_USER = (
    "Non-user identities cannot create new projects. This was probably caused by successfully using a pending "
    "publisher but specifying the project name incorrectly (either in the publisher or in your project's metadata). "
    f"Please ensure that both match. See: {_DOCS}/trusted-publishers/troubleshooting/"
)
TOO_MANY_PROJECTS = "Too many new projects created"
NO_NEW_PROJECTS = f"New project registration temporarily disabled. {_see('admin-intervention')}"

SIGNATURES = "signatures do not match"
UNKNOWN_ERROR = "unknown error"
EXPIRED = "token is expired"
INVALID_FIELDS = "invalid values for fields"
NOT_ENOUGH_VALUES = "Not enough values"
NO_ARRAY = "caveat must be an array"
EMPTY_ARRAY = "caveat array cannot be empty"
OTHER_USER = "current user does not match user restriction in token"
NO_USER = "token with user restriction without a user"
NO_PUBLISHER = "OIDC scoped token used outside of an OIDC identified request"
OTHER_PUBLISHER = "current OIDC publisher does not match publisher restriction in token"

BAD_DIGEST = "The digest supplied does not match a digest calculated from the uploaded file."
ONE_SDIST = "Only one sdist may be uploaded per release."
OLD_RELEASE = "Uploading new files to releases older than 14 days is not allowed."
INVALID_FILE = "Invalid distribution file."
CONTROL_CHARACTERS = (
    "Cannot upload a file with non-printable characters (ordinals 0-31) or the DEL character (ordinal 127) in the name."
)
PATH_SEPARATORS = "Cannot upload a file with '/' or '\\' in the name."
NO_EXTENSION = (
    "Invalid file extension: Use .tar.gz, .whl or .zip extension. "
    "See https://www.python.org/dev/peps/pep-0527 and https://peps.python.org/pep-0715/ for more information"
)


def not_a_string(field: str) -> str:
    """Return what is said of a field that was sent as a file."""
    return f"{field}: Should not be a tuple."


def invalid_name(value: str, error: str) -> str:
    """Return what is said of a name that the form refuses, shortened as the server does it."""
    shown = value[:30] + "..." + value[-30:] if len(value) > 60 else value
    return f"{shown!r} is an invalid value for Name. Error: {error} {_CORE_METADATA}"


def invalid_field(field: str, error: str) -> str:
    """Return what is said of any other field of the form."""
    return f"Invalid value for {field}. Error: {error}"


def invalid_metadata(error: str, *, local_version: bool = False) -> str:
    """Return what is said of metadata that the core metadata specification does not allow."""
    see = _CORE_METADATA
    if local_version:
        see = (
            "See https://packaging.python.org/en/latest/specifications/version-specifiers/"
            "#local-version-identifiers for more information."
        )
    return f"{error}{'' if error.endswith('.') else '.'} {see}"


def invalid_token(reasons: str) -> str:
    """Return what is said of a token whose caveats or signature do not hold."""
    return f"Invalid API Token: {reasons}"


def wrong_project(name: str) -> str:
    """Return what a project-scoped token's caveat says of another project."""
    return f"project-scoped token is not valid for project: {name!r}"


def wrong_publisher_project(name: str) -> str:
    """Return what a Trusted Publisher's caveat says of a project that is not registered with it."""
    return f"OIDC scoped token is not valid for project '{name}'"


def unknown_tag(tag: object) -> str:
    """Return what is said of a caveat that the index does not know."""
    return f"caveat has unknown tag: {tag}"


def user_not_allowed(user: str, project: str) -> str:
    """Return what is said where the token holds and its user has no role."""
    return f"The user '{user}' isn't allowed to upload to project '{project}'. {_see('project-name')}"


def token_not_allowed(project: str) -> str:
    """Return what is said where the token holds and its Trusted Publisher may not upload."""
    return f"The given token isn't allowed to upload to project '{project}'. {_see('project-name')}"


def unverified_email(user: str) -> str:
    """Return what is said of an account without a verified primary e-mail address."""
    return (
        f"User {user!r}, associated with the API token used, does not have a verified primary email address. "
        f"Please add a verified primary email before attempting to upload to PyPI. {_see('verified-email')}"
    )


def no_two_factor(user: str) -> str:
    """Return what is said of an account without two-factor authentication."""
    return (
        f"User {user!r}, associated with the API token used, does not have two-factor authentication enabled. "
        "Please enable two-factor authentication before attempting to upload to PyPI. "
        f"{_see('two-factor-authentication')}"
    )


def name_not_allowed(name: str) -> str:
    """Return what is said of a prohibited name."""
    return f"The name {name!r} isn't allowed. {_see('project-name')}"


def name_of_stdlib(name: str) -> str:
    """Return what is said of the name of a module of the standard library."""
    return (
        f"The name {name!r} isn't allowed (conflict with Python Standard Library module name). {_see('project-name')}"
    )


def name_too_similar(name: str) -> str:
    """Return what is said of a name that differs from another's only in what eyes confuse."""
    return f"The name {name!r} is too similar to an existing project. {_see('project-name')}"


def description(content_type: str | None) -> str:
    """Return what is said of a description that cannot be rendered."""
    how = f"for '{content_type}'" if content_type else "in the default format of reStructuredText"
    return f"The description failed to render {how}. {_see('description-content-type')}"


def wrong_extension(extension: str, filetype: str) -> str:
    """Return what is said of a file whose name does not fit its type."""
    return (
        f"Invalid file extension: Extension {extension} is invalid for filetype {filetype}. "
        "See https://www.python.org/dev/peps/pep-0527 for more information."
    )


def file_too_large(project: str, limit: int) -> str:
    """Return what is said of a file above the project's limit (bytes)."""
    return (
        f"File too large. Limit for project {project!r} is {limit // 1024**2} MB. See "
        f"{_DOCS}/project-management/storage-limits#requesting-a-file-size-limit-increase for more information."
    )


def project_too_large(project: str, limit: int) -> str:
    """Return what is said where all files together are above the project's limit (bytes)."""
    return (
        f"Project size too large. Limit for project {project!r} total size is {limit // 1024**3} GB. See "
        f"{_DOCS}/project-management/storage-limits#requesting-a-project-size-limit-increase"
    )


def already_exists(filename: str, blake2b_256: str) -> str:
    """Return what is said of a name or content that is there already; twine's --skip-existing goes by its beginning."""
    return f"File already exists ({filename!r}, with blake2_256 hash {blake2b_256!r}). {_see('file-name-reuse')}"


def invalid_file(reason: str) -> str:
    """Return what is said of an archive that is no distribution."""
    return f"{INVALID_FILE} {reason}"


def wrong_start(project: str, start: str) -> str:
    """Return what is said of a file whose name begins with another project's."""
    return f"Start filename for {project!r} with {start!r}."


def wrong_filename(filename: str, expected: str) -> str:
    """Return what is said of a source distribution whose name is not in its normal form."""
    return f"Filename {filename!r} is invalid, should be {expected!r}."


def wrong_wheel_name(filename: str, expected: str, found: str) -> str:
    """Return what is said of a wheel whose name does not begin with the normal form of its project's."""
    return f"Filename {filename!r} should contain the normalized project name {expected!r}, not {found!r}."


def wrong_version(expected: str, found: str) -> str:
    """Return what is said of a wheel whose name holds another version than its metadata."""
    return f"Version in filename should be {expected!r} not {found!r}."


def wrong_platform(filename: str, tag: str) -> str:
    """Return what is said of a wheel for a platform that PyPI does not take."""
    return f"Binary wheel '{filename}' has an unsupported platform tag '{tag}'."
