#!/bin/sh
# What `make test` does: sees to a browser, runs everything, and says what did not run.
# With CI=true, a test that did not run is a failure.
set -u

shout() {
  printf '\n!!! %s\n\n' "$1" >&2
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

browser_is_there() {
  command -v chromium >/dev/null && command -v chromedriver >/dev/null
}

install_browser() {
  command -v apt-get >/dev/null && as_root true 2>/dev/null || return 1
  echo 'Installing Chromium and its driver for the browser tests …'
  as_root apt-get -qq update &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends chromium chromium-driver >/dev/null
}

# The names of skipped tests, one in a line.
skipped_tests() {
  awk '
    /<testcase/ { match($0, / name="[^"]*"/); name = substr($0, RSTART + 7, RLENGTH - 8)
                  match($0, /classname="[^"]*"/); type = substr($0, RSTART + 11, RLENGTH - 12) }
    /<skipped/  { print type "." name }
  ' target/*-reports/TEST-*.xml 2>/dev/null
}

if ! browser_is_there && ! { install_browser && browser_is_there; }; then
  shout 'NO BROWSER: Chromium and chromedriver are missing and could not be installed. The browser tests will NOT run.'
  if [ "${CI:-}" = true ]; then exit 1; fi
fi

rm -rf target/surefire-reports target/failsafe-reports
mvn --batch-mode --no-transfer-progress spotless:check verify || exit 1

skipped=$(skipped_tests)
if [ -n "$skipped" ]; then
  shout "SKIPPED, so nothing is known about them:
$skipped"
  if [ "${CI:-}" = true ]; then exit 1; fi
fi
