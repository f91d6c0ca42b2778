package dev.perdure.web.dashboard;

import java.time.Instant;

/**
 * What every page has around its content.
 *
 * @param root the way to the application's root, which differs between containers and pages: "./",
 *     "../"
 * @param build differs between versions of the pages
 * @param live whether the page keeps itself fresh
 * @param session whether somebody has signed in
 */
public record PageView(
    String title, String root, Assets assets, String build, boolean live, boolean session) {

  /** A link to a file of ours that changes whenever the file does. */
  public String asset(String path) {
    return root + assets.url(path);
  }

  /**
   * An instant as readers without script see it, in UTC.
   *
   * @param as what the script makes of it: {@code age}, {@code due}, {@code at}, or {@code for} how
   *     long something has been going on
   */
  public static String plain(Instant at, String as) {
    return as.equals("for") ? Words.since(at) : Words.ofInstant(at);
  }
}
