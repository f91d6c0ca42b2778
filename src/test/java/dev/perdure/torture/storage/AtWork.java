package dev.perdure.torture.storage;

import dev.perdure.torture.AckLedger;
import dev.perdure.torture.Audit;
import dev.perdure.torture.Figures;
import dev.perdure.torture.Settle;
import dev.perdure.torture.Target;
import dev.perdure.torture.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * A server that clients ask for runs of all kinds, with the ledgers outside of it that say what
 * came of them. It must outlive what happens to it, and nothing may be the worse for that
 * afterwards.
 */
final class AtWork implements AutoCloseable {

  private static final int CLIENTS = 6;
  private static final long ACKS_UNDER_WAY = 30;
  private static final int EXIT_AFTER_TERM = 143;
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final Path directory;
  private final String name;
  private final Figures.Tally tally;
  private final AckLedger acks;
  private final Workload workload;
  private final Target target;
  private final Workload.Load load;

  private AtWork(Path directory, String name, Target.Builder server, Figures.Tally tally)
      throws IOException {
    this.directory = directory;
    this.name = name;
    this.tally = tally;
    this.acks = new AckLedger(directory.resolve("acks"));
    this.workload = new Workload(acks, new SplittableRandom(name.hashCode()).nextLong());
    this.target = server.start();
    this.load = workload.begin(target.url(), CLIENTS);
  }

  /** Starts it in this directory, and waits until it is well under way. */
  static AtWork begin(Path directory, String name, Target.Builder server, Figures.Tally tally)
      throws IOException, InterruptedException {
    var work = new AtWork(Files.createDirectories(directory), name, server, tally);
    work.expectAcks(ACKS_UNDER_WAY, PATIENCE);
    return work;
  }

  Target target() {
    return target;
  }

  Path data() {
    return directory.resolve("data");
  }

  /** How many requests have been acknowledged. */
  long acks() {
    return acks.count();
  }

  /** So many more must be acknowledged soon. */
  void expectAcks(long more, Duration within) throws InterruptedException {
    long count = acks.count() + more;
    expect(load.awaitAcks(count, within), "no " + more + " acks within " + within);
  }

  void expect(boolean isSo, String otherwise) {
    if (!isSo) {
      tally.violation(directory + ", " + name, otherwise);
    }
  }

  /**
   * It has lived through it: every run comes to its end, the server stops as it is told, and
   * another program finds in the database what clients and steps have seen. No attempt was made
   * again because of it.
   */
  void expectAllWell() throws Exception {
    load.close();
    int open = Settle.within(target.url(), PATIENCE);
    expect(open == 0, open + " runs do not come to their end");
    target.signal("TERM");
    int code = target.awaitExit(PATIENCE);
    expect(code == EXIT_AFTER_TERM, "it ended with " + code);
    var report =
        new Audit(data(), directory.resolve("acks"), directory.resolve("effects")).afterTheEnd();
    report.violations().forEach(found -> tally.violation(directory + ", " + name, found));
    expect(report.repeated() == 0, report.repeated() + " attempts were cut off and made again");
    tally.add("acks", acks.count());
    tally.add("runs", report.runs());
  }

  @Override
  public void close() throws IOException {
    target.close();
    load.close();
    acks.close();
  }
}
