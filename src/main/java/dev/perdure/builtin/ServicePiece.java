package dev.perdure.builtin;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One {@code name=address#options} under reading. Used once. */
final class ServicePiece {

  private final String piece;
  private final List<String> problems;
  private final int problemsBefore;

  /**
   * @param problems where what is wrong is added, as sentences
   */
  ServicePiece(String piece, List<String> problems) {
    this.piece = piece;
    this.problems = problems;
    this.problemsBefore = problems.size();
  }

  /** The service; empty when something was wrong. */
  Optional<Service> read() {
    int equals = piece.indexOf('=');
    if (equals < 0) {
      wrong("write it as name=address, for example shop=https://shop.example/health.");
      return Optional.empty();
    }
    var name = piece.substring(0, equals).strip();
    if (!Service.isLawfulName(name)) {
      wrong(
          "the name must start with a letter or digit and hold only letters, digits, '.', '_' and"
              + " '-', at most 64 of them.");
    }
    var target = target(piece.substring(equals + 1).strip());
    return problems.size() > problemsBefore
        ? Optional.empty()
        : target.map(found -> new Service(name, found));
  }

  private Optional<Target> target(String text) {
    int hash = text.indexOf('#');
    var options = new ServiceOptions(hash < 0 ? "" : text.substring(hash + 1), this::wrong);
    return uri(hash < 0 ? text : text.substring(0, hash))
        .flatMap(uri -> isHttp(uri) ? http(uri, options) : tcp(uri, options));
  }

  private Optional<URI> uri(String address) {
    try {
      var uri = new URI(address);
      var scheme = scheme(uri);
      if (!scheme.equals("http") && !scheme.equals("https") && !scheme.equals("tcp")) {
        wrong("the address must start with http://, https:// or tcp://.");
      } else if (uri.getHost() == null) {
        wrong("the address has no lawful host name; letters, digits, '-' and '.' are lawful.");
      } else if (uri.getPort() == 0 || uri.getPort() > 65_535) {
        wrong("the port must be 1 to 65535.");
      } else {
        return Optional.of(uri);
      }
    } catch (URISyntaxException e) {
      // The reason names what is unlawful without repeating the text, which may hold secrets.
      wrong("the address is not a lawful URL (" + e.getReason() + ").");
    }
    return Optional.empty();
  }

  private Optional<Target> http(URI uri, ServiceOptions options) {
    options.readAll(true);
    return options.limits().map(limits -> new Target.Http(uri, options.expected(), limits));
  }

  private Optional<Target> tcp(URI uri, ServiceOptions options) {
    options.readAll(false);
    if (uri.getPort() < 0
        || uri.getRawUserInfo() != null
        || uri.getRawQuery() != null
        || !uri.getRawPath().isEmpty()) {
      wrong("write a TCP address as tcp://host:port and nothing more.");
      return Optional.empty();
    }
    return options.limits().map(limits -> new Target.Tcp(uri.getHost(), uri.getPort(), limits));
  }

  private void wrong(String what) {
    problems.add("In the service \"" + WithoutSecrets.of(piece) + "\": " + what);
  }

  private static boolean isHttp(URI uri) {
    return !scheme(uri).equals("tcp");
  }

  private static String scheme(URI uri) {
    return uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
  }
}
