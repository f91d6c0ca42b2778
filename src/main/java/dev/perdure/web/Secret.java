package dev.perdure.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A secret that others are compared with, in a time that tells nothing. Kept as a digest only. */
final class Secret {

  private final byte[] digest;

  Secret(String text) {
    this.digest = digest(text);
  }

  /** Digests are of one length, so comparing them tells nothing about the length either. */
  boolean is(String text) {
    return MessageDigest.isEqual(digest(text), digest);
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
