package dev.perdure.builtin;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import org.jspecify.annotations.Nullable;

/**
 * How the process and its machine are.
 *
 * @param heapUsedBytes with what is garbage already
 * @param heapLiveBytes what was left after the latest collection of each pool; 0 before the first
 * @param loadAverage how many threads of the machine wanted to run over the last minute; null where
 *     the system does not say
 */
record Machine(
    long heapUsedBytes,
    long heapLiveBytes,
    long heapMaxBytes,
    @Nullable Double loadAverage,
    int processors) {

  static Machine now() {
    var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    var system = ManagementFactory.getOperatingSystemMXBean();
    double load = system.getSystemLoadAverage();
    return new Machine(
        heap.getUsed(),
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(Machine::live)
            .sum(),
        heap.getMax() < 0 ? heap.getCommitted() : heap.getMax(),
        load < 0 ? null : load,
        system.getAvailableProcessors());
  }

  private static long live(MemoryPoolMXBean pool) {
    var usage = pool.getCollectionUsage();
    return usage == null ? 0 : usage.getUsed();
  }
}
