package dev.perdure.builtin;

import com.google.gson.annotations.SerializedName;
import java.util.Arrays;
import java.util.Optional;

/** How a target was found, from well to bad. */
enum FindingStatus {
  @SerializedName("up")
  UP("up"),
  /** It does what it should, and a person should look at it soon: little space, old certificate. */
  @SerializedName("warning")
  WARNING("warning"),
  @SerializedName("slow")
  SLOW("slow"),
  @SerializedName("wrong-status")
  WRONG_STATUS("wrong-status"),
  @SerializedName("down")
  DOWN("down");

  private final String word;

  FindingStatus(String word) {
    this.word = word;
  }

  /** The word for this status in JSON and for people. */
  String word() {
    return word;
  }

  /** The status of this word; empty when there is none. */
  static Optional<FindingStatus> ofWord(String word) {
    return Arrays.stream(values()).filter(status -> status.word.equals(word)).findFirst();
  }

  /** Whether the target does its work, if slowly or not for long. */
  boolean isWorking() {
    return switch (this) {
      case UP, WARNING, SLOW -> true;
      case WRONG_STATUS, DOWN -> false;
    };
  }
}
