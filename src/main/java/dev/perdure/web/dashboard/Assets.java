package dev.perdure.web.dashboard;

import static java.nio.charset.StandardCharsets.US_ASCII;

import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The style sheet, script and icon: read once, served under URLs that name their content, so that a
 * browser asks for each once and never shows an old one. Only the files listed here exist.
 */
public final class Assets {

  private static final Map<String, String> TYPES =
      Map.of(
          "css/perdure.css", "text/css;charset=utf-8",
          "css/runs.css", "text/css;charset=utf-8",
          "js/perdure.js", "text/javascript;charset=utf-8",
          "icons/perdure.svg", "image/svg+xml");
  private static final int HASH_LENGTH = 12;

  private final Map<String, Asset> files;
  private final String hash;

  private Assets(Map<String, Asset> files) {
    this.files = Map.copyOf(files);
    this.hash = hashOf(files);
  }

  /** A file as it is sent. */
  static final class Asset {
    private final String type;
    private final String hash;
    private final byte[] content;

    private Asset(String type, byte[] content) {
      this.type = type;
      this.hash = Assets.hash(content);
      this.content = content;
    }

    String type() {
      return type;
    }

    String hash() {
      return hash;
    }

    int length() {
      return content.length;
    }

    void writeTo(OutputStream out) throws IOException {
      out.write(content);
    }
  }

  /** Reads the files below the web root. */
  static Assets read(ServletContext context) {
    var files = new LinkedHashMap<String, Asset>();
    for (var type : new TreeMap<>(TYPES).entrySet()) {
      var content = read(context, "/" + type.getKey());
      files.put(type.getKey(), new Asset(type.getValue(), content));
    }
    return new Assets(files);
  }

  Optional<Asset> file(String path) {
    return Optional.ofNullable(files.get(path));
  }

  /** The address of a file from the application's root. */
  String url(String path) {
    return "assets/" + path + "?v=" + require(path).hash();
  }

  private Asset require(String path) {
    return file(path)
        .orElseThrow(() -> new IllegalArgumentException("There is no asset " + path + "."));
  }

  /** Differs whenever any of the files does. */
  String hash() {
    return hash;
  }

  private static byte[] read(ServletContext context, String path) {
    try (var in = context.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("The web application has no file " + path + ".");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("The file " + path + " can not be read.", e);
    }
  }

  private static String hashOf(Map<String, Asset> files) {
    var all = new StringBuilder();
    files.values().forEach(file -> all.append(file.hash()));
    return hash(all.toString().getBytes(US_ASCII));
  }

  private static String hash(byte[] content) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(digest).substring(0, HASH_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This JVM has no SHA-256.", e);
    }
  }
}
