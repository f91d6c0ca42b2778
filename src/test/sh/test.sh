#!/bin/sh
# What `make test` does: sees to a browser and to what tortures the server, runs everything, and says
# what did not run. With CI=true, a test that did not run is a failure.
set -u

shout() {
  printf '\n!!! %s\n\n' "$1" >&2
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Each function is a need: it looks whether it is met. Its package and what is lost without it follow.
browser() { command -v chromium >/dev/null && command -v chromedriver >/dev/null; }
browser_packages='chromium chromium-driver'
browser_lost='The browser tests'

compiler() { command -v gcc >/dev/null && echo '#include <stdio.h>' | gcc -xc -fsyntax-only - 2>/dev/null; }
compiler_packages='gcc libc6-dev'
compiler_lost='The tests of storage that fails, of kills at a chosen write and of power cuts'

file_systems() { PATH=$PATH:/usr/sbin:/sbin command -v mkfs.ext4 >/dev/null && command -v mount >/dev/null; }
file_systems_packages='e2fsprogs mount'
file_systems_lost='The tests on a file system of their own'

other_reader() { command -v sqlite3 >/dev/null; }
other_reader_packages='sqlite3'
other_reader_lost='The audits by another program'

NEEDS='browser compiler file_systems other_reader'

packages_of() { eval "printf %s \"\$$1_packages\""; }
lost_without() { eval "printf %s \"\$$1_lost\""; }

# The needs that are not met, one in a line.
unmet() {
  for need in $NEEDS; do
    "$need" || echo "$need"
  done
}

install_unmet() {
  command -v apt-get >/dev/null && as_root true 2>/dev/null || return
  packages=$(for need in $1; do packages_of "$need"; echo; done | tr '\n' ' ')
  echo "Installing for the tests: $packages…"
  as_root apt-get -qq update
  # One by one: what can not be had must not keep back the others.
  for need in $1; do
    # shellcheck disable=SC2046
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends $(packages_of "$need") >/dev/null
  done
}

# The names of skipped tests, one in a line.
skipped_tests() {
  awk '
    /<testcase/ { match($0, / name="[^"]*"/); name = substr($0, RSTART + 7, RLENGTH - 8)
                  match($0, /classname="[^"]*"/); type = substr($0, RSTART + 11, RLENGTH - 12) }
    /<skipped/  { print type "." name }
  ' target/*-reports/TEST-*.xml 2>/dev/null
}

missing=$(unmet)
if [ -n "$missing" ]; then
  install_unmet "$missing"
  missing=$(unmet)
fi
for need in $missing; do
  shout "MISSING, and could not be installed: $(packages_of "$need"). $(lost_without "$need") will NOT run."
done
if [ -n "$missing" ] && [ "${CI:-}" = true ]; then exit 1; fi

rm -rf target/surefire-reports target/failsafe-reports
mvn --batch-mode --no-transfer-progress spotless:check verify || exit 1

skipped=$(skipped_tests)
if [ -n "$skipped" ]; then
  shout "SKIPPED, so nothing is known about them:
$skipped"
  if [ "${CI:-}" = true ]; then exit 1; fi
fi
