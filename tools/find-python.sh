#!/bin/sh
# Prints the newest Python >= 3.11 at hand that can make a virtual environment, or says what to install.
# An argument is the only one that is tried.
set -u
wanted=${1:-}
for candidate in ${wanted:+"$wanted"} python3.13 python3.12 python3.11 python3 python; do
    # A launcher may be there without the interpreter it launches: only one that answers counts.
    if "$candidate" -I -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        command -v "$candidate"
        exit 0
    fi
    test -z "$wanted" || break
done
if test -n "$wanted"; then
    echo "$wanted is no Python >= 3.11 that can make a virtual environment." >&2
else
    echo "No Python >= 3.11 that can make a virtual environment was found on PATH." >&2
fi
echo "Install one (Debian, Ubuntu: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3.12" >&2
exit 1
