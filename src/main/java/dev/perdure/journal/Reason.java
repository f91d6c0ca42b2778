package dev.perdure.journal;

import static java.util.Objects.requireNonNull;

/** Why a run or step has its status: a stable code for programs and a sentence for people. */
public record Reason(String code, String message) {

  public Reason {
    requireNonNull(code, "code");
    requireNonNull(message, "message");
  }
}
