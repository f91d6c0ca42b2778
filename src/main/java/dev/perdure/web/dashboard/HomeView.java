package dev.perdure.web.dashboard;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The home page: what can be started, and what was.
 *
 * @param newer how many runs there are above the list, in words; null when there are none
 * @param trouble why no new runs are taken; null when they are
 * @param workflow the workflow that the list is limited to; null for all
 * @param anyWorkflowHref the list without that limit
 * @param filtered whether the list is limited in any way
 * @param newestHref the newest page; null when this is it
 * @param olderHref the next page; null when this is the last
 * @param validUntil when this may stop being true without a commit; null for never
 */
public record HomeView(
    List<WorkflowView> workflows,
    List<ChipView> chips,
    List<RunRowView> runs,
    @Nullable String newer,
    @Nullable String trouble,
    @Nullable String workflow,
    String anyWorkflowHref,
    boolean filtered,
    @Nullable String newestHref,
    @Nullable String olderHref,
    @Nullable Instant validUntil) {

  public HomeView {
    workflows = List.copyOf(workflows);
    chips = List.copyOf(chips);
    runs = List.copyOf(runs);
  }

  /**
   * A choice of status.
   *
   * @param count how many there are, in words; null where it is not counted
   */
  public record ChipView(
      String label, String style, @Nullable String count, String href, boolean selected) {}
}
