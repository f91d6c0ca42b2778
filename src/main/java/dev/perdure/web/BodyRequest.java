package dev.perdure.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body has been received. Parameters are those of the query string, then those of a
 * form.
 */
final class BodyRequest extends HttpServletRequestWrapper {

  private static final String FORM = "application/x-www-form-urlencoded";

  private final byte[] body;
  private @Nullable Map<String, String[]> parameters;

  BodyRequest(HttpServletRequest request, byte[] body) {
    super(request);
    this.body = body;
  }

  @Override
  public int getContentLength() {
    return body.length;
  }

  @Override
  public long getContentLengthLong() {
    return body.length;
  }

  @Override
  public ServletInputStream getInputStream() {
    return new BodyStream(body);
  }

  @Override
  public BufferedReader getReader() {
    return new BufferedReader(new InputStreamReader(new ByteArrayInputStream(body), UTF_8));
  }

  @Override
  public @Nullable String getParameter(String name) {
    var values = getParameterValues(name);
    return values == null ? null : values[0];
  }

  @Override
  public String @Nullable [] getParameterValues(String name) {
    return getParameterMap().get(name);
  }

  @Override
  public Enumeration<String> getParameterNames() {
    return Collections.enumeration(getParameterMap().keySet());
  }

  @Override
  public Map<String, String[]> getParameterMap() {
    if (parameters == null) {
      parameters = readParameters();
    }
    return parameters;
  }

  private Map<String, String[]> readParameters() {
    var query = getQueryString() == null ? "" : getQueryString();
    var form = isForm() ? new String(body, ISO_8859_1) : "";
    try {
      var read = Parameters.parse(query + "&" + form);
      var map = new LinkedHashMap<String, String[]>();
      for (var name : read.names()) {
        map.put(name, read.all(name).toArray(String[]::new));
      }
      return Collections.unmodifiableMap(map);
    } catch (IllegalArgumentException e) {
      throw Problem.of(ProblemCode.MALFORMED_FORM, "The form can not be read. " + e.getMessage())
          .asException();
    }
  }

  private boolean isForm() {
    var type = getContentType();
    return type != null
        && List.of(type.split(";", 2)).getFirst().strip().toLowerCase(Locale.ROOT).equals(FORM);
  }

  /** The body again, for servlets that read streams. */
  private static final class BodyStream extends ServletInputStream {
    private final ByteArrayInputStream bytes;

    BodyStream(byte[] body) {
      this.bytes = new ByteArrayInputStream(body);
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      return bytes.read(into, offset, length);
    }

    @Override
    public int available() {
      return bytes.available();
    }

    @Override
    public boolean isFinished() {
      return bytes.available() == 0;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new IllegalStateException("The body has been received; there is nothing to wait for.");
    }
  }
}
