package dev.perdure.web.dashboard;

import dev.perdure.journal.StoredValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An input or output.
 *
 * @param json indented, secrets masked; null when it is too long to be shown here
 * @param html its Markdown, rendered and safe; null when it has none
 * @param size how long it is, in words
 * @param href where the API gives it in full, from the application's root
 */
public record ValueView(@Nullable String json, @Nullable String html, String size, String href) {

  static final int SHOWN_BYTES_MAX = 32 * 1_024;

  static ValueView of(StoredValue value, String href) {
    var json = value.json();
    return json == null
        ? new ValueView(null, null, Words.ofBytes(value.bytes()), href)
        : new ValueView(
            JsonText.pretty(json),
            JsonText.markdownOf(json).map(Markdown::toHtml).orElse(null),
            Words.ofBytes(value.bytes()),
            href);
  }

  static Optional<ValueView> ofNullable(@Nullable StoredValue value, String href) {
    return Optional.ofNullable(value).map(present -> of(present, href));
  }
}
