package dev.perdure.builtin;

import com.google.gson.annotations.SerializedName;
import java.util.List;

/** What a health report says as a whole: the worst of what was found. */
enum Verdict {
  @SerializedName("healthy")
  HEALTHY("healthy"),
  /** Everything works, but something is slow or needs to be looked at soon. */
  @SerializedName("degraded")
  DEGRADED("degraded"),
  /** Something does not work. */
  @SerializedName("unhealthy")
  UNHEALTHY("unhealthy");

  private final String word;

  Verdict(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }

  static Verdict on(List<Finding> findings) {
    if (findings.stream().anyMatch(finding -> !finding.status().isWorking())) {
      return UNHEALTHY;
    }
    return findings.stream().allMatch(finding -> finding.status() == FindingStatus.UP)
        ? HEALTHY
        : DEGRADED;
  }
}
