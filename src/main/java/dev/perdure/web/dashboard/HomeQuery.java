package dev.perdure.web.dashboard;

import dev.perdure.journal.RunFilter;
import dev.perdure.journal.RunId;
import dev.perdure.journal.Status;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the home page shows, which is what its URL says. A value that means nothing is left out, so
 * that an old bookmark still leads somewhere.
 *
 * @param cursor only runs older than this one; null for the newest
 * @param top the newest run of the list, so that it stays as it is while it is read; null for
 *     whatever is newest. Links do not carry it on
 * @param open the runs shown in full, as far as they are in the list
 */
public record HomeQuery(
    @Nullable String workflow,
    @Nullable Status status,
    @Nullable RunId cursor,
    @Nullable RunId top,
    List<RunId> open) {

  /** The newest runs of all workflows. */
  static final HomeQuery NEWEST = new HomeQuery(null, null, null, null, List.of());

  private static final int OPEN_MAX = 20;

  public HomeQuery {
    open = List.copyOf(open);
  }

  static HomeQuery of(HttpServletRequest request) {
    return new HomeQuery(
        parameter(request, "workflow").orElse(null),
        parameter(request, "status").flatMap(Status::ofWord).orElse(null),
        parameter(request, "cursor").flatMap(RunId::parse).orElse(null),
        parameter(request, "top").flatMap(RunId::parse).orElse(null),
        Stream.ofNullable(request.getParameterValues("open"))
            .flatMap(Stream::of)
            .flatMap(id -> RunId.parse(id).stream())
            .distinct()
            .limit(OPEN_MAX)
            .toList());
  }

  private static Optional<String> parameter(HttpServletRequest request, String name) {
    return Optional.ofNullable(request.getParameter(name)).filter(value -> !value.isBlank());
  }

  /** Where the list begins: only runs older than this one; null for the newest. */
  @Nullable RunId before() {
    return cursor != null || top == null ? cursor : next(top);
  }

  /** The smallest id that is greater. */
  private static RunId next(RunId id) {
    var value = id.value();
    return new RunId(new UUID(value.getMostSignificantBits(), value.getLeastSignificantBits() + 1));
  }

  RunFilter filter() {
    return new RunFilter(workflow, status);
  }

  HomeQuery withWorkflow(@Nullable String other) {
    return new HomeQuery(other, status, null, null, List.of());
  }

  HomeQuery withStatus(@Nullable Status other) {
    return new HomeQuery(workflow, other, null, null, List.of());
  }

  HomeQuery from(@Nullable RunId other) {
    return new HomeQuery(workflow, status, other, null, List.of());
  }

  /** The same with this run open if it was closed, and closed if it was open. */
  HomeQuery toggled(RunId run) {
    var others = new ArrayList<>(open);
    if (!others.remove(run)) {
      others.add(run);
    }
    return new HomeQuery(workflow, status, cursor, null, others);
  }

  /** A link to it, relative to the application's root. */
  String href() {
    var query = new StringJoiner("&", "./?", "").setEmptyValue("./");
    add(query, "workflow", workflow);
    add(query, "status", status == null ? null : status.word());
    add(query, "cursor", cursor);
    open.forEach(run -> add(query, "open", run));
    return query.toString();
  }

  private static void add(StringJoiner query, String name, @Nullable Object value) {
    if (value != null) {
      query.add(name + "=" + URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
    }
  }
}
