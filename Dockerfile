FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml .
COPY src/main src/main
COPY webapp webapp
RUN --mount=type=cache,target=/root/.m2/repository \
    mvn --batch-mode --no-transfer-progress -Dmaven.test.skip=true package
# SQLite's native library is taken out of its jar here: at run time there may be no place to unpack it
# to, because the root is read-only and nothing in /tmp may be executed.
RUN mkdir -p native volumes/data volumes/workflows \
 && chmod 700 volumes/data \
 && jar --extract --file target/perdure/WEB-INF/lib/sqlite-jdbc-*.jar "org/sqlite/native/Linux/$(uname -m)/libsqlitejdbc.so" \
 && mv "org/sqlite/native/Linux/$(uname -m)/libsqlitejdbc.so" native/

FROM eclipse-temurin:25-jre
COPY --from=build /build/native /opt/perdure/native
COPY --from=build /build/target/perdure /opt/perdure/web
# A new volume takes over the owner and the mode of the directory that it covers.
COPY --from=build --chown=10001:10001 /build/volumes/ /
USER 10001:10001
VOLUME /data
WORKDIR /opt/perdure
# Everyone who reaches the port may come in only with a token. Without PERDURE_TOKEN the server makes
# one, keeps it in this file and logs a link with it, once.
ENV PERDURE_HOST=0.0.0.0 \
    PERDURE_PORT=8080 \
    PERDURE_DATA=/data \
    PERDURE_TOKEN_FILE=/data/token \
    PERDURE_WORKFLOWS=/workflows
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx16m", "-cp", "web/WEB-INF/lib/*", "dev.perdure.launcher.HealthCheck"]
# No shell in between, so that the server is process 1 and the signal to stop reaches it.
ENTRYPOINT ["java", \
  "-XX:+UseSerialGC", \
  "-Xms32m", \
  "-XX:+ExitOnOutOfMemoryError", \
  "-XX:MaxRAMPercentage=60", \
  "--enable-native-access=ALL-UNNAMED", \
  "-Dorg.sqlite.lib.path=/opt/perdure/native", \
  "-Dorg.sqlite.lib.name=libsqlitejdbc.so", \
  "-Dperdure.webroot=/opt/perdure/web", \
  "-cp", "web/WEB-INF/lib/*:web/WEB-INF/embedded/*", \
  "dev.perdure.server.Main"]
