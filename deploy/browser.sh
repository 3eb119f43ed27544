#!/usr/bin/env bash
# Installs Debian's Chromium for the browser tests where apt can; otherwise those tests are skipped and say so.
set -u
command -v chromium >/dev/null && exit 0
command -v apt-get >/dev/null || exit 0
if [ "$(id -u)" = 0 ]; then root=(); elif sudo -n true 2>/dev/null; then root=(sudo -n); else exit 0; fi
echo "Installing Chromium for the browser tests …" >&2
export DEBIAN_FRONTEND=noninteractive
"${root[@]}" apt-get update -qq >/dev/null 2>&1
"${root[@]}" apt-get install -y -qq --no-install-recommends chromium fonts-noto-core >/dev/null 2>&1 ||
  echo "Chromium could not be installed; the browser tests will be skipped." >&2
exit 0
