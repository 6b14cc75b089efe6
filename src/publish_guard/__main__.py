"""The door of the program. One file, three roles, each started as a process of its own:

launcher   what a person or a CI step starts; it moves the environment out of sight and becomes the holder
holder     `python -I -S`: the standard library alone, no `.pth` file, no dependency; has the stored token
worker     `python -I`, started by the holder with `--worker NAME`: has the dependencies, and a narrowed copy at most
           unless the person asked for something else by name

Nothing but `gc`, `os` and `sys` is imported before the role is known.
"""

from __future__ import annotations

import gc
import os
import sys

_HANDOVER = "--handover="
_WORKER = "--worker"

# What a Python needs to start at all, and nothing that could be a secret; -I ignores every PYTHON* variable.
_STARTING_ENVIRONMENT = ("LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "SYSTEMROOT")
# Linux allows a single variable of 128 KiB and some MiB for all of them together.
_MAX_ENVIRONMENT_SIZE = 16 * 1024 * 1024
_PR_SET_DUMPABLE = 4


def main() -> int:
    """Run the role that the arguments ask for and return the exit code (docs/reference/exit-codes.md)."""
    _occupy_standard_streams()
    arguments = sys.argv[1:]
    if sys.version_info < (3, 11):  # noqa: UP036 - pip refuses older ones, a copied folder does not
        return _too_old(worker=arguments[:1] == [_WORKER])
    if arguments and arguments[0].startswith(_HANDOVER):
        return _hold(arguments[0][len(_HANDOVER) :], arguments[1:])
    if arguments[:1] == [_WORKER]:
        return _work(arguments[1:])
    if arguments[:1] == ["index"]:
        # The embedded index has dependencies and no secret of its own: it gets a worker's environment.
        return _become_index(arguments[1:])
    return _launch(arguments)


def _occupy_standard_streams() -> None:
    """Put the null device where a standard stream was closed, so that no secret's descriptor lands there."""
    while (fd := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(fd)


def _launch(arguments: list[str]) -> int:
    """Start this file again as the holder, with the environment in an anonymous file instead of the process.

    A process shows the environment it was started with to every process of the same user and to root for as long as
    it lives (/proc/PID/environ); a new start without the secret is the one way to take it back.
    """
    if not sys.executable:
        return _refuse("This Python does not know where it is installed.", "Start it by its full path.")
    clean = {name: os.environ[name] for name in _STARTING_ENVIRONMENT if name in os.environ}
    content = _packed_environment()
    if sys.platform == "win32":
        return _launch_on_windows(arguments, clean, content)
    fd = _anonymous_file(content)
    if fd is None:
        return _refuse(
            "The environment is too large to be handed over without touching the disk.",
            "Give the token with --stdin or --file, or start with fewer variables.",
        )
    os.set_inheritable(fd, True)  # noqa: FBT003 - the function takes no keyword
    os.execve(sys.executable, _holder_command(str(fd), arguments), clean)
    raise AssertionError("unreachable: this process is the holder now")


def _holder_command(handover: str, arguments: list[str]) -> list[str]:
    return [sys.executable, "-I", "-S", os.path.realpath(__file__), f"{_HANDOVER}{handover}", *arguments]


def _packed_environment() -> bytes:
    return b"\0".join(os.fsencode(f"{name}={value}") for name, value in os.environ.items())


def _anonymous_file(content: bytes) -> int | None:
    """Return a descriptor from which `content` can be read once: no name, no disk. None where it is too large."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("publish-guard", os.MFD_CLOEXEC)
        with open(fd, "wb", closefd=False) as stream:
            stream.write(content)
        os.lseek(fd, 0, os.SEEK_SET)
        return fd
    # Elsewhere a pipe, never waiting for a reader that comes only after this process is gone.
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        written = os.write(writer, content)
    except BlockingIOError:
        written = 0
    os.close(writer)
    return reader if written == len(content) else None


if sys.platform == "win32":

    def _launch_on_windows(arguments: list[str], clean: dict[str, str], content: bytes) -> int:
        """Windows cannot replace a process: the holder is a child, and this one wipes its own environment and waits."""
        import msvcrt
        import subprocess

        reader, writer = os.pipe()
        handle = msvcrt.get_osfhandle(reader)
        os.set_handle_inheritable(handle, True)  # noqa: FBT003 - the function takes no keyword
        startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})
        for name in list(os.environ):
            if name not in clean:
                del os.environ[name]
        with subprocess.Popen(_holder_command(str(handle), arguments), env=clean, startupinfo=startup) as holder:
            os.close(reader)
            with open(writer, "wb") as stream:
                stream.write(content)
            while True:
                try:
                    return holder.wait()
                except KeyboardInterrupt:
                    # The console sends it to the holder too, which decides what happens.
                    continue


def _hold(handover: str, arguments: list[str]) -> int:
    """Run the command line as the holder: alone with the standard library, and closed to other processes."""
    if not (sys.flags.isolated and sys.flags.no_site) or not handover.isascii() or not handover.isdigit():
        return _refuse(f"{_HANDOVER} is how the program starts itself.", "Leave it out.")
    _close_to_other_processes()
    # Looking for garbage while everything is being loaded finds none; `publish`, which lives longer, turns it on again.
    gc.disable()
    try:
        environ = _unpacked_environment(int(handover))
    except (OSError, ValueError):
        return _refuse(f"{_HANDOVER} is how the program starts itself.", "Leave it out.")
    _make_importable()
    from publish_guard.cli import run

    return run(arguments, environ)


def _unpacked_environment(handover: int) -> dict[str, str]:
    if sys.platform == "win32":
        import msvcrt

        handover = msvcrt.open_osfhandle(handover, os.O_RDONLY)
    with open(handover, "rb") as stream:
        content = stream.read(_MAX_ENVIRONMENT_SIZE + 1)
    if len(content) > _MAX_ENVIRONMENT_SIZE:
        raise ValueError("too large")
    pairs = (os.fsdecode(item).partition("=") for item in content.split(b"\0") if item)
    return {name: value for name, _, value in pairs}


def _close_to_other_processes() -> None:
    """Make this process unreadable for others of the same user, and leave no core file, where the system can."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        pass
    if sys.platform != "linux":
        return
    try:
        import ctypes

        failed = ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0
    except (ImportError, OSError, AttributeError):
        failed = True
    if failed:
        sys.stderr.write("publish-guard: this system does not let a process close itself to others of the same user.\n")


def _work(arguments: list[str]) -> int:
    """Serve the holder as the worker that is named, or run the embedded index."""
    _make_importable(with_neighbours=True)
    if arguments[:1] == ["index"]:
        from publish_guard.embedded_index.commands import main as index_main

        return index_main(arguments[1:])
    from publish_guard.worker.serve import serve

    return serve(arguments[0] if arguments else "")


def _become_index(arguments: list[str]) -> int:
    _make_importable()
    from publish_guard.adapters.worker_environment import worker_environment, worker_python

    python = worker_python(os.environ)
    command = [python, "-I", os.path.realpath(__file__), _WORKER, "index", *arguments]
    environment = worker_environment(os.environ)
    if sys.platform == "win32":
        import subprocess

        return subprocess.call(command, env=environment)
    os.execve(python, command, environment)
    raise AssertionError("unreachable: this process is the index now")


def _make_importable(*, with_neighbours: bool = False) -> None:
    """Make this very copy of the package importable, without the folder it lies in, which may be site-packages.

    A worker needs the folder too, for the dependencies that `pip install --target` or `--user` put beside the package:
    behind the standard library, and before a site-packages that may hold other versions of them.
    """
    folder = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    if "publish_guard" not in sys.modules:
        sys.path.insert(0, folder)
        import publish_guard  # noqa: F401 - its __path__ serves every later import

        sys.path.remove(folder)
    if with_neighbours and folder not in sys.path:
        sites = [place for place, path in enumerate(sys.path) if path.endswith(("site-packages", "dist-packages"))]
        sys.path.insert(sites[0] if sites else len(sys.path), folder)


def _too_old(*, worker: bool) -> int:
    message = "publish-guard needs Python 3.11 or later; this is {}.{}.".format(*sys.version_info)
    remedy = "Name a newer one in PUBLISH_GUARD_WORKER_PYTHON." if worker else "Start it with a newer Python."
    if not worker:
        return _refuse(message, remedy)
    sys.stdout.write('{"problem": {"message": "' + message + '", "remedy": "' + remedy + '"}}\n')
    return 2


def _refuse(message: str, remedy: str) -> int:
    sys.stderr.write(f"error: {message}\n  remedy: {remedy}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
