"""What runs in a worker process: the only room that imports twine, requests, PyYAML and keyring.

A worker has an environment built from an allow-list and at most a narrowed copy of a token, but for what is asked for
by name: a keyring's entry, an index's password, `--narrow off`. The holder never imports anything from here; it starts
`python -I …/publish_guard/__main__.py --worker NAME` and speaks JSON lines with it. `serve` runs the loop, each
operation has a module with `handle(request) -> answer`; what goes wrong in an expected way is a WorkerProblem.
"""

from __future__ import annotations


class WorkerProblem(Exception):  # noqa: N818 - the word of the protocol: the answer's key is "problem"
    """What the worker could not do, and what to do about it: both for people, neither with a secret in it."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
