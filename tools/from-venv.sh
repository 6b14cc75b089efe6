#!/bin/sh
# Runs a tool of the project's own environment: the folder that VENV names, else .venv.
set -eu
tool=${VENV:-.venv}/bin/$1
shift
if [ ! -x "$tool" ]; then
    echo "$tool is not installed yet: run \`make lint\` once." >&2
    exit 1
fi
exec "$tool" "$@"
