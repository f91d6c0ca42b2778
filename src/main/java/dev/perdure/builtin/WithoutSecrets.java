package dev.perdure.builtin;

/** Cuts what may be secret out of an address that could not be read. */
final class WithoutSecrets {

  private static final int SHOWN_MAX = 120;

  private WithoutSecrets() {}

  /** The text without what stands before an {@code @} or after a question mark. */
  static String of(String text) {
    return Humane.shortened(withoutQuery(withoutUser(text)), SHOWN_MAX);
  }

  private static String withoutUser(String text) {
    int at = text.lastIndexOf('@');
    if (at < 0) {
      return text;
    }
    int scheme = text.indexOf("://");
    return (scheme < 0 || scheme > at ? "" : text.substring(0, scheme + 3))
        + "…"
        + text.substring(at);
  }

  private static String withoutQuery(String text) {
    int question = text.indexOf('?');
    if (question < 0) {
      return text;
    }
    int hash = text.indexOf('#', question);
    return text.substring(0, question + 1) + "…" + (hash < 0 ? "" : text.substring(hash));
  }
}
