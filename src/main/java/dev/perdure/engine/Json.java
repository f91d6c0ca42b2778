package dev.perdure.engine;

import com.google.gson.reflect.TypeToken;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A value as its JSON. One that has just been written was also read back, to see that it can be;
 * what came of that belongs to whoever takes it first, so that nothing is read twice and no two
 * share an object. Thread-safe.
 */
final class Json {

  /** Read back, which may have given null, and not taken yet. */
  private record ReadBack(TypeToken<?> type, @Nullable Object value) {}

  private final String text;
  private final AtomicReference<@Nullable ReadBack> readBack;

  private Json(String text, @Nullable ReadBack readBack) {
    this.text = text;
    this.readBack = new AtomicReference<>(readBack);
  }

  /** From the journal. */
  static Json stored(String text) {
    return new Json(text, null);
  }

  /** Written just now, and read back as this type. */
  static Json written(String text, TypeToken<?> type, @Nullable Object value) {
    return new Json(text, new ReadBack(type, value));
  }

  String text() {
    return text;
  }

  /**
   * The value, which is the caller's alone.
   *
   * @throws ValueException when it can not be read as this type
   */
  // What was read back as a type is of that type; whether null is is the author's to say.
  @SuppressWarnings({"unchecked", "NullAway"})
  <T extends @Nullable Object> T take(Values values, TypeToken<T> type) {
    var known = readBack.getAndSet(null);
    return known != null && known.type().equals(type)
        ? (T) known.value()
        : values.decode(text, type);
  }

  @Override
  public String toString() {
    return text;
  }
}
