#!/usr/bin/env bash
# Installs what the tests look through: Debian's Chromium for the pages, LibreOffice for the reports. Only where
# apt can; otherwise those tests are skipped and say so.
set -u
missing=()
command -v chromium >/dev/null || missing+=(chromium fonts-noto-core)
[ -e /usr/lib/libreoffice/program/libswlo.so ] || missing+=(libreoffice-writer-nogui fonts-liberation)
[ -e /usr/lib/libreoffice/program/libsclo.so ] || missing+=(libreoffice-calc-nogui)
[ ${#missing[@]} = 0 ] && exit 0
command -v apt-get >/dev/null || exit 0
if [ "$(id -u)" = 0 ]; then root=(); elif sudo -n true 2>/dev/null; then root=(sudo -n); else exit 0; fi
echo "Installing ${missing[*]} for the tests …" >&2
export DEBIAN_FRONTEND=noninteractive
"${root[@]}" apt-get update -qq >/dev/null 2>&1
for package in "${missing[@]}"; do
  "${root[@]}" apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 ||
    echo "$package could not be installed; the tests that need it will be skipped." >&2
done
exit 0
