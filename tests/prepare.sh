#!/usr/bin/env bash
# What the tests need from the operating system: a browser to look at the page, and Compose to check
# docker-compose.yaml. Installed from Debian's packages where they are missing and we may.
set -euo pipefail
missing=()
command -v chromium > /dev/null || missing+=(chromium)
command -v docker-compose > /dev/null || missing+=(docker-compose)
[ "${#missing[@]}" -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
  echo "Please install ${missing[*]} (Debian packages of these names), then run make test again." >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
