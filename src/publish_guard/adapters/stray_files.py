"""Says of a file that is no distribution what it is, and what its owner may want to do with it."""

from __future__ import annotations

from publish_guard.domain.distribution import FileType

_DISTRIBUTION_ENDINGS: dict[str, FileType] = {".whl": "bdist_wheel", ".tar.gz": "sdist", ".zip": "sdist"}

_SIGNATURE = "it is a signature; signatures are not uploaded here, and PyPI has ignored them since 2023"
_ATTESTATION = "it is an attestation; attestations are not uploaded here"
_CHECKSUM = "it is a list of checksums; the index computes its own"
_ARCHIVE = "the index takes source distributions as .tar.gz only"
_EGG = "it is an egg, which PyPI no longer takes (PEP 715): build a wheel"
_INSTALLER = "it is an installer, and PyPI takes wheels and source distributions only (PEP 527)"
_SYSTEM_PACKAGE = "it is a package for another package manager"
_TEXT = "it is a text file, not a distribution"

# The first ending that fits counts, so longer ones stand before what they end with.
_REASONS = {
    ".attestation": _ATTESTATION,
    ".sigstore.json": _ATTESTATION,
    ".sigstore": _ATTESTATION,
    ".asc": _SIGNATURE,
    ".sig": _SIGNATURE,
    ".minisig": _SIGNATURE,
    ".sha256": _CHECKSUM,
    ".sha512": _CHECKSUM,
    ".md5": _CHECKSUM,
    ".egg": _EGG,
    ".exe": _INSTALLER,
    ".msi": _INSTALLER,
    ".dmg": _INSTALLER,
    ".rpm": _SYSTEM_PACKAGE,
    ".deb": _SYSTEM_PACKAGE,
    ".conda": _SYSTEM_PACKAGE,
    ".tar.bz2": _ARCHIVE,
    ".tar.xz": _ARCHIVE,
    ".tar.zst": _ARCHIVE,
    ".tgz": _ARCHIVE,
    ".tar": _ARCHIVE,
    ".metadata": "it is metadata beside a wheel, which the index reads from the wheel itself",
    ".json": _TEXT,
    ".md": _TEXT,
    ".txt": _TEXT,
    ".log": _TEXT,
    ".ds_store": "it is a file that macOS leaves in folders",
    "thumbs.db": "it is a file that Windows leaves in folders",
    ".whl": "its ending is not in lower case, and the index takes .whl only",
    ".zip": "its ending is not in lower case, and the index takes .zip only",
    ".tar.gz": "its ending is not in lower case, and the index takes .tar.gz only",
}

FOLDER_OF_DISTRIBUTIONS = (
    "it is a folder with distributions inside, as actions/download-artifact makes one for each artifact: "
    "set `merge-multiple: true` there, or move the files up"
)
FOLDER = "it is a folder, and only files are published"


def filetype_of(filename: str) -> FileType | None:
    """Return which kind of distribution a file of this name should be, or None where it is not one at all."""
    for ending, filetype in _DISTRIBUTION_ENDINGS.items():
        if filename.endswith(ending):
            return filetype
    return None


def reason_for(filename: str) -> str:
    """Return why a file of this name is not published, as a clause without its name."""
    lowered = filename.lower()
    for ending, reason in _REASONS.items():
        if lowered.endswith(ending):
            return reason
    return "it is neither a wheel (.whl) nor a source distribution (.tar.gz)"
