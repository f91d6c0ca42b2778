#!/bin/sh
# Makes images under the names that the Dockerfile's FROM lines ask for, on a machine that can not pull
# them: Debian, with this machine's JDK where the official images have theirs. Images that are there stay.
set -eu

[ -n "${JAVA_HOME:-}" ] || { echo 'JAVA_HOME must be a JDK 25.' >&2; exit 1; }
engine=podman
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

is_there() {
  $engine image exists "$1"
}

debian() {
  [ -d "$work/debian" ] || debootstrap --variant=minbase bookworm "$work/debian" >"$work/log" 2>&1 || {
    tail -n 20 "$work/log" >&2
    exit 1
  }
}

import() { # image, its own PATH
  # The host's own list of package sources is nobody's business in an image.
  rm -rf "$work/debian/var/cache/apt" "$work/debian/etc/apt/sources.list"
  tar -C "$work/debian" -c . |
    $engine import --change "ENV PATH=$2:/usr/local/bin:/usr/bin:/bin" --change 'ENV JAVA_HOME=/opt/java/openjdk' - "$1" >/dev/null
  echo "Made a stand-in for $1."
}

runtime=$(sed -n 's/^FROM \(eclipse-temurin:[^ ]*\).*/docker.io\/library\/\1/p' Dockerfile)
build=$(sed -n 's/^FROM \(maven:[^ ]*\).*/docker.io\/library\/\1/p' Dockerfile)

if ! is_there "$runtime"; then
  debian
  mkdir -p "$work/debian/opt/java"
  # Like the official one, without the compiler and the other tools.
  "$JAVA_HOME/bin/jlink" --add-modules java.se,jdk.unsupported,jdk.crypto.ec,jdk.management,jdk.jfr,jdk.zipfs,jdk.localedata,jdk.naming.dns,jdk.net \
    --strip-debug --no-man-pages --no-header-files --output "$work/debian/opt/java/openjdk"
  import "$runtime" /opt/java/openjdk/bin
  rm -rf "$work/debian/opt/java/openjdk"
fi

if ! is_there "$build"; then
  debian
  mkdir -p "$work/debian/opt/java" "$work/debian/root/.m2/repository"
  cp -a "$(readlink -f "$JAVA_HOME")" "$work/debian/opt/java/openjdk"
  mvn --batch-mode --quiet org.apache.maven.plugins:maven-dependency-plugin:3.11.0:unpack \
    -Dartifact=org.apache.maven:apache-maven:3.9.16:zip:bin -DoutputDirectory="$work/maven"
  mv "$work"/maven/apache-maven-* "$work/debian/opt/maven"
  import "$build" /opt/java/openjdk/bin:/opt/maven/bin
fi
