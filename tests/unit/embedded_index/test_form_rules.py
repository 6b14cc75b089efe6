"""What the index says of the form's fields and metadata, before it looks at the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.index_world import World, sdist_form, wheel_form

SEE = "See https://packaging.python.org/specifications/core-metadata for more information."


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "-x"}, "'-x' is an invalid value for Name. Error: Start and end with a letter or numeral"),
        ({"name": "x" * 70 + "-"}, f"'{'x' * 30}...{'x' * 29}-' is an invalid value for Name."),
        ({"filetype": ""}, "Invalid value for filetype. Error: This field is required."),
        ({"filetype": "bdist_egg"}, "Invalid value for filetype. Error: Use a known file type."),
        ({"sha256_digest": "x"}, "Invalid value for sha256_digest. Error: Use a valid, hex-encoded, SHA256"),
        ({"blake2_256_digest": "x"}, "Invalid value for blake2_256_digest. Error: Use a valid, hex-encoded, BLAKE2"),
        ({"pyversion": "py3"}, "Invalid value for pyversion. Error: Use 'source' as Python version for an sdist."),
        ({"filetype": "bdist_wheel", "pyversion": ""}, "Invalid value for pyversion. Error: Python version is "),
        ({"sha256_digest": "", "blake2_256_digest": ""}, "Error: Include at least one message digest."),
        ({"metadata_version": "9.9"}, f"'9.9' is not a valid metadata version. {SEE}"),
        ({"version": "one"}, f"'one' is invalid for 'version'. {SEE}"),
        (
            {"version": "1.0+local"},
            (
                "The use of local versions in '1.0+local' is not allowed. See https://packaging.python.org/en/latest/"
                "specifications/version-specifiers/#local-version-identifiers for more information."
            ),
        ),
        ({"summary": "x" * 513}, f"'summary' field must be 512 characters or less. {SEE}"),
        ({"requires_dist": "x @ https://example.org/x.zip"}, "Can't have direct dependency: x @ https://example.org/"),
        ({"requires_python": "new"}, f"'new' is invalid for 'requires-python'. {SEE}"),
        (
            {"metadata_version": "2.4", "license": "MIT", "license_expression": "MIT"},
            "License is deprecated when License-Expression is present.",
        ),
    ],
)
def test_refused_fields(tmp_path: Path, fields: dict[str, str], message: str) -> None:
    """Each defect of the form is refused in the server's words."""
    world = World(tmp_path)
    reply = world.upload(sdist_form("alpha-pkg", **fields), world.authorization("alpha"))
    assert reply.status == 400
    assert reply.reason.startswith(message), reply.reason


def test_a_field_that_is_given_twice_is_refused(tmp_path: Path) -> None:
    """Two versions in one form are none."""
    world = World(tmp_path)
    form = [("version", None, b"2.0"), *sdist_form("alpha-pkg")]
    assert world.upload(form, world.authorization("alpha")).reason.startswith("'version' has invalid data.")


def test_rich_metadata_is_accepted(tmp_path: Path) -> None:
    """Lists, keywords, project URLs and a Markdown description pass."""
    world = World(tmp_path)
    form = [
        ("classifiers", None, b"Topic :: Security"),
        ("classifiers", None, b"Typing :: Typed"),
        ("project_urls", None, b"Source, https://example.org/source"),
        ("keywords", None, b"one, two"),
        ("requires_dist", None, b"requests>=2"),
        *wheel_form(
            "alpha-pkg",
            requires_python=">=3.11",
            description="# Title\n\n.. probe::",
            description_content_type="text/markdown; charset=UTF-8",
        ),
    ]
    reply = world.upload(form, world.authorization("alpha"))
    assert reply.status == 200, reply.reason
    assert [file.requires_python for file in world.store.state.files.values()] == [">=3.11"]
