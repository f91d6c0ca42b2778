# Perdure's targets; `make` alone lists them.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test torture bench bench-smoke war fmt check sleepers image-test clean

EXPLODED := target/perdure
SOURCES := $(shell find pom.xml src/main webapp)
MAVEN := mvn --batch-mode --no-transfer-progress
# Says warnings and errors only; --quiet would keep back the warning that the compiler takes for an error.
QUIETLY := MAVEN_OPTS="$$MAVEN_OPTS -Dorg.slf4j.simpleLogger.defaultLogLevel=warn" $(MAVEN)

# Prints the home of the first JDK 25 or newer. The file "release" says the version, so no JVM is started.
define FIND_JDK
look() { \
  for home in "$$@"; do \
    version=$$(sed -n 's/^JAVA_VERSION="*\([0-9]*\).*/\1/p' "$$home/release" 2>/dev/null); \
    if [ "$${version:-0}" -ge 25 ] && [ -x "$$home/bin/javac" ]; then echo "$$home"; return 0; fi; \
  done; \
  return 1; \
}; \
javac=$$(command -v javac); \
look "$$JAVA_HOME" "$$(dirname "$$(dirname "$$(readlink -f "$$javac" 2>/dev/null)")")" \
  /usr/lib/jvm/* /usr/java/* /usr/local/*jdk* /opt/* /opt/java/* \
  "$$HOME"/.sdkman/candidates/java/* "$$HOME"/.jdks/* "$$HOME"/.m2/jdks/* "$$HOME"/.gradle/jdks/* \
  /Library/Java/JavaVirtualMachines/*/Contents/Home
endef

NO_JDK := Perdure needs a JDK 25 or newer, and none was found in JAVA_HOME, on the PATH, in /usr/lib/jvm, /usr/java, /usr/local, \
/opt, ~/.sdkman, ~/.jdks, ~/.m2/jdks, ~/.gradle/jdks or /Library/Java: install one (any vendor will do) or set JAVA_HOME to it.
NO_MAVEN := Perdure is built with Maven 3.8 or newer, and there is no mvn on the PATH: install it (for example: apt-get install maven).

# The start of a recipe: sets JAVA_HOME, or ends with a sentence. The option keeps older Mavens from warning about themselves.
JDK = JAVA_HOME=$$($(FIND_JDK)) || { echo "$(NO_JDK)" >&2; exit 1; }; export JAVA_HOME
TOOLS = $(JDK); command -v mvn >/dev/null || { echo "$(NO_MAVEN)" >&2; exit 1; }; \
  export MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow $$MAVEN_OPTS"
# Maven does not take back a jar that the last build needed and this one does not.
# The archive of loaded classes, which the first end of the server leaves for the next start, is of the jars of one build.
CLEAR = rm -rf $(EXPLODED) target/embedded target/perdure.built target/perdure.jsa
# Has what is measured and what measures it compiled, and starts that; a recipe adds its settings and the class.
BENCH = $(TOOLS); mkdir -p target/bench; \
  $(QUIETLY) test-compile dependency:build-classpath -Dmdep.outputFile=target/bench/classpath -Dmdep.includeScope=test && \
  exec "$$JAVA_HOME/bin/java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -cp "target/test-classes:target/classes:$$(cat target/bench/classpath)" -Dbench.part='$(PART)' \
  $(if $(DIRECTORY),-Dbench.directory='$(DIRECTORY)/perdure-bench') $(if $(RUNS),-Dbench.runs='$(RUNS)')
PACKAGE = $(TOOLS); $(CLEAR); $(QUIETLY) -Dmaven.test.skip=true package

help:
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

run: target/perdure.built ## build what has changed and start the server on http://127.0.0.1:8080
	@$(JDK); exec "$$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xms32m -XX:+ExitOnOutOfMemoryError \
	  --enable-native-access=ALL-UNNAMED \
	  -XX:+AutoCreateSharedArchive -XX:SharedArchiveFile='$(CURDIR)/target/perdure.jsa' '-Xlog:cds*=off' \
	  -Dperdure.webroot='$(CURDIR)/$(EXPLODED)' \
	  -cp '$(EXPLODED)/WEB-INF/lib/*:$(EXPLODED)/WEB-INF/embedded/*' dev.perdure.server.Main

target/perdure.built: $(SOURCES)
	@echo 'Building …'
	@$(PACKAGE)
	@touch $@

test: ## build everything and run every test, in a real browser too
	@$(TOOLS); $(CLEAR); sh src/test/sh/test.sh

torture: target/perdure.built ## torture the server for MINUTES=10: by PART=kills, script, … (default: all), with SEED=…
	@$(TOOLS); mkdir -p target/torture; \
	  $(QUIETLY) test-compile dependency:build-classpath -Dmdep.outputFile=target/torture/classpath -Dmdep.includeScope=test && \
	  exec "$$JAVA_HOME/bin/java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
	  -Dtorture.part='$(PART)' -Dtorture.minutes='$(or $(MINUTES),10)' $(if $(SEED),-Dtorture.seed='$(SEED)') \
	  $(if $(CYCLES),-Dtorture.cycles='$(CYCLES)') $(if $(DIRECTORY),-Dtorture.directory='$(DIRECTORY)') \
	  $(if $(TRACE),-Dtorture.trace='$(TRACE)') $(if $(STATE),-Dtorture.state='$(STATE)') \
	  -cp "target/test-classes:target/classes:$$(cat target/torture/classpath)" dev.perdure.torture.Torture

bench: target/perdure.built ## measure against the limit of one SQLite file: by PART=raw,http,… (default: all) ROUNDS=5 SECONDS=3
	@$(BENCH) $(if $(ROUNDS),-Dbench.rounds='$(ROUNDS)') $(if $(SECONDS),-Dbench.seconds='$(SECONDS)') dev.perdure.bench.Bench

bench-smoke: target/perdure.built ## run each part of bench for a moment, to see that it works
	@export JDK_JAVA_OPTIONS=-XX:TieredStopAtLevel=1; \
	  $(BENCH) -Dbench.divisor=1000 -Dbench.rounds=1 -Dbench.seconds=0.1 dev.perdure.bench.Bench

war: ## build target/perdure.war, for `java -jar` or a servlet container
	@$(PACKAGE)
	@ls -l target/perdure.war

fmt: ## format the Java code
	@$(TOOLS); $(QUIETLY) spotless:apply

check: ## check format and compile with every warning as an error, without running a test
	@$(TOOLS); $(QUIETLY) spotless:check test-compile

sleepers: ## show 100,000 sleeping runs in 512 MB, killed and awake in time, with the figures (takes minutes)
	@$(TOOLS); $(QUIETLY) -Dtest=SleepersIT -Dperdure.sleepers=100000 test

image-test: target/perdure.built ## build the image and show that it drains and resumes (needs docker, or podman as root)
	@$(TOOLS); "$$JAVA_HOME/bin/java" -cp '$(EXPLODED)/WEB-INF/lib/*' src/test/image/ImageTest.java

clean: ## delete what was built; data/ stays
	@rm -rf target
