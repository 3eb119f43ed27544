#!/usr/bin/env bash
# Makes .venv from the lock file. Needs Python 3.11 or newer; on Debian it fetches the venv module when it is missing.
set -euo pipefail
python=$1
venv=$2
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Python 3.11 or newer is needed; this is $("$python" --version 2>&1)" >&2
  exit 1
fi
if [ ! -x "$venv/bin/python" ] && ! "$python" -m venv "$venv" 2>/dev/null; then
  rm -rf "$venv"
  echo "The venv module is missing; installing python3-venv with apt …" >&2
  if [ "$(id -u)" = 0 ]; then root=(); else root=(sudo); fi
  "${root[@]}" apt-get update -qq
  "${root[@]}" apt-get install -y -qq python3-venv >/dev/null
  "$python" -m venv "$venv"
fi
echo "Preparing $venv (once; about a minute) …" >&2
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r requirements.lock
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . 2>/dev/null ||
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -e .
# Else the first start does it, and every start where the folder may not be written to: 0.2 s.
"$venv/bin/python" -m compileall -q bot handlers content storage
