#!/usr/bin/env bash
# Installs Chromium and a Chinese font where this may be done; says what is left out where it may not.
set -u
if command -v chromium >/dev/null && ldconfig -p | grep -q libpangoft2 && fc-list 2>/dev/null | grep -qi 'noto.*cjk'; then exit 0; fi
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null && apt-get install -y -qq chromium fonts-noto-cjk fontconfig libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 >/dev/null 2>&1 && exit 0
fi
echo "Chromium or fonts-noto-cjk are missing and cannot be installed here: the browser journeys are left out." >&2
