package dev.perdure.simulation;

import java.util.SplittableRandom;

/** Decides what happens next where several things might. */
@FunctionalInterface
interface Chooser {

  /** One of the numbers from 0 to this one, exclusive; never asked when there is but one. */
  int among(int options);

  /** By dice. */
  static Chooser random(SplittableRandom random) {
    return random::nextInt;
  }
}
