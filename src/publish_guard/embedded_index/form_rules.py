"""What is asked of the form before anybody looks at the project: its fields, and the metadata that they spell.

The order and the words are the server's (pypi/warehouse, warehouse/forklift/decorators.py, forms.py, metadata.py and
legacy.py); the metadata is read by the same library, packaging. Not judged here: classifiers, e-mail addresses, URLs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, cast, get_type_hints

from publish_guard.embedded_index import words
from publish_guard.embedded_index.answers import refuse
from publish_guard.embedded_index.form import CONTENT, Form

if TYPE_CHECKING:
    from packaging.metadata import InvalidMetadata, Metadata, RawMetadata

EXTENSIONS: Mapping[str, tuple[str, ...]] = {"sdist": (".zip", ".tar.gz"), "bdist_wheel": (".whl",)}

_PROJECT_NAME = re.compile(r"([A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9])", re.IGNORECASE | re.ASCII)
_HEX_64 = re.compile(r"[A-F0-9]{64}", re.IGNORECASE | re.ASCII)
_REQUIRED = "This field is required."
_MAX_SUMMARY = 512
# The form names these in the singular, packaging in the plural.
_SINGULAR = {
    "platforms": "platform",
    "supported_platforms": "supported_platform",
    "license_files": "license_file",
    "import_names": "import_name",
    "import_namespaces": "import_namespace",
}


def sanitize(form: Form) -> Form:
    """Return the form without the filler value UNKNOWN. Raises Refusal where a text field came as a file."""
    for name in sorted(form.file_fields - {CONTENT, "gpg_signature"}):
        raise refuse(400, words.not_a_string(name))
    fields = {
        name: tuple(value.replace("\0", "\\x00") for value in values)
        for name, values in form.fields.items()
        if values[-1].strip() != "UNKNOWN"
    }
    return replace(form, fields=fields)


def check_fields(form: Form) -> None:
    """Return where the form's own fields are as they must be; raise Refusal with the first complaint otherwise."""
    if form.get("protocol_version") not in (None, "1"):
        raise refuse(400, words.PROTOCOL_VERSION)
    name = form.get("name") or ""
    if not name:
        raise refuse(400, words.invalid_name(name, _REQUIRED))
    if not _PROJECT_NAME.fullmatch(name):
        error = "Start and end with a letter or numeral containing only ASCII numeric and '.', '_' and '-'."
        raise refuse(400, words.invalid_name(name, error))
    # Of several complaints the server tells the one whose field comes first in the alphabet.
    _check_digest(form, "blake2_256_digest", "BLAKE2")
    _check_filetype(form)
    _check_digest(form, "sha256_digest", "SHA256")
    pyversion = form.get("pyversion")
    if form.get("filetype") != "sdist" and not pyversion:
        error = "Python version is required for binary distribution uploads."
        raise refuse(400, words.invalid_field("pyversion", error))
    if form.get("filetype") == "sdist" and pyversion not in (None, "", "source"):
        raise refuse(400, words.invalid_field("pyversion", "Use 'source' as Python version for an sdist."))
    if not any(form.get(field) for field in ("md5_digest", "sha256_digest", "blake2_256_digest")):
        raise refuse(400, f"Error: {words.NO_DIGEST}")


def _check_digest(form: Form, field: str, title: str) -> None:
    value = form.get(field) or ""
    if value.strip() and not _HEX_64.fullmatch(value):
        raise refuse(400, words.invalid_field(field, f"Use a valid, hex-encoded, {title} message digest."))


def _check_filetype(form: Form) -> None:
    filetype = form.get("filetype")
    if not filetype:
        raise refuse(400, words.invalid_field("filetype", _REQUIRED))
    if filetype not in EXTENSIONS:
        raise refuse(400, words.invalid_field("filetype", "Use a known file type."))


def read_metadata(form: Form) -> Metadata:
    """Return the metadata that the form spells. Raises Refusal with the most important complaint otherwise."""
    from packaging.metadata import InvalidMetadata, Metadata

    try:
        metadata = Metadata.from_raw(_raw(form))
    except ExceptionGroup as group:
        raise _refused_metadata([error for error in group.exceptions if isinstance(error, InvalidMetadata)]) from None
    if metadata.version.local:
        error = f"The use of local versions in '{metadata.version}' is not allowed."
        raise refuse(400, words.invalid_metadata(error, local_version=True))
    if metadata.license and metadata.license_expression:
        error = "License is deprecated when License-Expression is present. Only License-Expression should be present."
        raise refuse(400, words.invalid_metadata(error))
    for requirement in metadata.requires_dist or ():
        if requirement.url is not None:
            raise refuse(400, words.invalid_metadata(f"Can't have direct dependency: {requirement}"))
    if metadata.summary is not None and len(metadata.summary) > _MAX_SUMMARY:
        error = f"'summary' field must be {_MAX_SUMMARY} characters or less."
        raise refuse(400, words.invalid_metadata(error))
    return metadata


def _raw(form: Form) -> RawMetadata:
    from packaging.metadata import RawMetadata

    raw: dict[str, object] = {}
    for name, hint in get_type_hints(RawMetadata).items():
        field = _SINGULAR.get(name, name)
        values = form.fields.get(field, ())
        if values in ((), ("",)):
            continue
        if hint == list[str] and name != "keywords":
            raw[name] = list(values)
        elif name == "project_urls":
            raw[name] = {label.strip(): url.strip() for label, _, url in (value.partition(",") for value in values)}
        elif len(values) > 1:
            raise refuse(400, words.invalid_metadata(f"{field!r} has invalid data"))
        else:
            raw[name] = values[0] if hint is str else [word.strip() for word in values[0].split(",")]
    return cast("RawMetadata", raw)


def _refused_metadata(errors: list[InvalidMetadata]) -> Exception:
    fields = {error.field for error in errors}
    first = next((field for field in ("metadata-version", "name", "version") if field in fields), None)
    chosen = first or min(fields)
    return refuse(400, words.invalid_metadata(next(str(error) for error in errors if error.field == chosen)))
