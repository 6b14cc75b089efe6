"""Loads what the holder may still need before the first worker starts.

A worker runs third-party code as the same user, who may own the files of the guard and of the interpreter: whatever the
holder imported after that could be something else than what was installed. So it imports nothing any more
(tests/integration/test_isolation.py holds this).
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil

import publish_guard

# What runs in other processes, and is never imported by the holder.
_OTHERS = ("worker", "embedded_index", "__main__")


def load_everything() -> None:
    """Import every room of the holder, and what the standard library would import late."""
    for room in pkgutil.iter_modules(publish_guard.__path__):
        if room.name not in _OTHERS:
            _load(room.name)
    _load_late_imports()


def _load(name: str) -> None:
    module = importlib.import_module(f"publish_guard.{name}")
    for part in pkgutil.iter_modules(getattr(module, "__path__", [])):
        _load(f"{name}.{part.name}")


def _load_late_imports() -> None:
    # ruff: noqa: F401 - importing is all that is wanted
    import calendar
    import difflib
    import email.parser
    import encodings.ascii
    import encodings.cp437
    import encodings.cp1252
    import encodings.idna
    import encodings.latin_1
    import encodings.raw_unicode_escape
    import encodings.unicode_escape
    import encodings.utf_8_sig
    import encodings.utf_16
    import encodings.utf_32
    import glob
    import json.decoder
    import linecache
    import shutil
    import stringprep
    import subprocess
    import tarfile
    import tempfile
    import textwrap
    import tokenize
    import tomllib
    import traceback
    import zipfile

    with contextlib.suppress(ImportError):
        # A Python that was built without them has no use for them later either.
        import bz2
        import lzma
