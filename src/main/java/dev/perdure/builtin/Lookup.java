package dev.perdure.builtin;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Finds the address of a host. */
final class Lookup {

  private Lookup() {}

  /**
   * The first address of a host name, or of an address in its place. Looking a name up is native
   * code that no interrupt ends and that holds a virtual thread's carrier; some names that hang
   * would stop every step of the engine. So it happens on a platform thread, which an interrupt of
   * the caller leaves behind.
   */
  static InetAddress of(String host) throws UnknownHostException, InterruptedException {
    var lookup = new FutureTask<>(() -> InetAddress.getByName(host));
    Thread.ofPlatform().daemon().name("perdure-lookup").start(lookup);
    try {
      return lookup.get();
    } catch (ExecutionException e) {
      var unknown = new UnknownHostException(host);
      unknown.initCause(e.getCause());
      throw unknown;
    }
  }
}
