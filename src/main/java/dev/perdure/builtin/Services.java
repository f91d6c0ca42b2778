package dev.perdure.builtin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Reads the list of services that platform-health-check pings. */
public final class Services {

  static final int SERVICES_MAX = 200;

  private Services() {}

  /**
   * Reads {@code name=address,name=address,…}. An address begins with {@code http://}, {@code
   * https://} or {@code tcp://} and may end with options, separated by {@code &}: {@code
   * shop=https://shop.example/health#status=204&slow=800ms&timeout=3s}.
   *
   * <ul>
   *   <li>{@code status}: the expected status, as {@code 204} or {@code 2xx}; default {@code 2xx}.
   *       Not for {@code tcp}
   *   <li>{@code slow}: from this latency on the service is slow; default 1 s, or the timeout if
   *       that is less
   *   <li>{@code timeout}: after this it is down, 10 ms to 60 s; default 5 s
   * </ul>
   *
   * Space around a piece and empty pieces are ignored; a comma inside an address is written {@code
   * %2C}. There may be 200 services.
   *
   * @return the services in their order; none for a blank text
   * @throws ServicesException with everything that is wrong
   */
  public static List<Service> parse(String text) {
    var problems = new ArrayList<String>();
    var services = new LinkedHashMap<String, Service>();
    for (var piece : text.split(",", -1)) {
      if (!piece.isBlank()) {
        new ServicePiece(piece.strip(), problems)
            .read()
            .ifPresent(service -> {
              if (services.putIfAbsent(service.name(), service) != null) {
                problems.add("There are two services named \"" + service.name() + "\".");
              }
            });
      }
    }
    if (services.size() > SERVICES_MAX) {
      problems.add(
          "There are " + services.size() + " services; at most " + SERVICES_MAX + " are allowed.");
    }
    if (!problems.isEmpty()) {
      throw new ServicesException(problems);
    }
    return List.copyOf(services.values());
  }
}
