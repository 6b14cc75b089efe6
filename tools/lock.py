"""Write requirements/*.txt from pyproject.toml: exact versions with hashes, and no address of where they come from.

make lock            takes newer versions that have been out for a week
make lock KEEP=1     keeps every version that still fits
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"

# In this order: what is locked later agrees with the locks it names as constraints.
LOCKS: dict[str, list[str]] = {
    "test.txt": ["pyproject.toml", "--extra", "index", "--group", "test"],
    "runtime.txt": ["pyproject.toml", "--constraint", "requirements/test.txt"],
    "index.txt": ["pyproject.toml", "--extra", "index", "--constraint", "requirements/test.txt"],
    "lint.txt": ["--group", "lint", "--constraint", "requirements/test.txt"],
}

# A version that was put up an hour ago may be gone, or known as malicious, by tomorrow.
COOLDOWN = "7 days"

# Everything else stays outside: a lock must not depend on one machine's indexes, links or settings.
PASSED_ON = ("PATH", "HOME", "SSL_CERT_FILE", "http_proxy", "https_proxy", "no_proxy", "HTTPS_PROXY", "NO_PROXY")

HEADER = "# Written by `make lock` from pyproject.toml. Installed with --require-hashes: not to be edited by hand.\n"


def compile_lock(uv: str, name: str, arguments: list[str], *, keep: bool, work: Path) -> str:
    """Return the text of one lock, resolved for every platform and every supported Python."""
    output = work / name
    if keep and (REQUIREMENTS / name).exists():
        shutil.copy(REQUIREMENTS / name, output)
    command = [uv, "--no-config", "pip", "compile", *arguments, "--output-file", str(output), "--quiet", "--no-header"]
    command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate", "--no-emit-index-url"]
    command += ["--no-emit-find-links", "--no-build", "--exclude-newer", COOLDOWN, "--system-certs"]
    environment = {key: os.environ[key] for key in PASSED_ON if key in os.environ}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return HEADER + output.read_text(encoding="utf-8")


def main(arguments: list[str]) -> int:
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.exists() else "uv"
    REQUIREMENTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, inputs in LOCKS.items():
            text = compile_lock(uv, name, inputs, keep="--keep" in arguments, work=Path(folder))
            if "://" in text or "--find-links" in text:
                print(f"{name}: the lock names an address; nothing was written.", file=sys.stderr)
                return 1
            (REQUIREMENTS / name).write_text(text, encoding="utf-8")
            print(f"requirements/{name}: {text.count('==')} distributions")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
