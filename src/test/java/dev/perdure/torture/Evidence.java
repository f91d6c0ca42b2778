package dev.perdure.torture;

import java.util.List;

/**
 * The three ledgers that an audit compares.
 *
 * @param acks the lines of an {@link AckLedger}, each as its words
 * @param isSettled whether every run was given the time to come to its end
 */
record Evidence(Stored stored, EffectLedger effects, List<List<String>> acks, boolean isSettled) {

  /** The acknowledgements of a kind, or what a reader saw. */
  List<List<String>> acks(String kind) {
    return acks.stream().filter(words -> words.getFirst().equals(kind)).toList();
  }
}
