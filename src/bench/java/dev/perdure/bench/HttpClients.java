package dev.perdure.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Clients of a server, each with a connection that is kept: it starts a run, waits until that has
 * ended, and starts the next. One thread serves them all, so that next to nothing of what is
 * measured is theirs: they share the processors with the server.
 */
final class HttpClients implements AutoCloseable {

  private final Selector selector;
  private final List<Client> clients = new ArrayList<>();

  private HttpClients(Selector selector) {
    this.selector = selector;
  }

  /**
   * Connects so many.
   *
   * @param request what starts a run: JSON, in ASCII
   */
  static HttpClients connect(int port, int count, String request) throws IOException {
    var clients = new HttpClients(Selector.open());
    for (int i = 0; i < count; i++) {
      clients.add(port, request);
    }
    return clients;
  }

  private void add(int port, String request) throws IOException {
    var channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    var client = new Client(channel, "Host: 127.0.0.1:" + port + "\r\n", request);
    channel.register(selector, SelectionKey.OP_READ, client);
    clients.add(client);
  }

  /**
   * Runs for so long, and returns when every run has ended.
   *
   * @throws IllegalStateException when a run has not completed, or an answer is another than it
   *     should be
   */
  Load run(Duration time) throws IOException {
    long began = System.nanoTime();
    long end = began + time.toNanos();
    for (var client : clients) {
      client.post();
    }
    for (int running = clients.size(); running > 0; ) {
      selector.select();
      for (var key : selector.selectedKeys()) {
        running -= ((Client) key.attachment()).goOn(end) ? 0 : 1;
      }
      selector.selectedKeys().clear();
    }
    return Load.of(clients.stream().map(client -> client.latencies).toList(), time);
  }

  @Override
  public void close() throws IOException {
    for (var client : clients) {
      client.channel.close();
    }
    selector.close();
  }

  /** One connection and the run that it is at. */
  private static final class Client {

    private static final int ANSWER_BYTES_MAX = 1 << 16;
    private static final Pattern LENGTH =
        Pattern.compile("\r\ncontent-length: *(\\d+)\r\n", Pattern.CASE_INSENSITIVE);

    private final SocketChannel channel;
    private final String host;
    private final byte[] post;
    private final ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES_MAX);
    private final Latencies latencies = new Latencies();
    private boolean isStarting;
    private long beganAt;

    Client(SocketChannel channel, String host, String request) {
      this.channel = channel;
      this.host = host;
      this.post =
          ("POST /api/runs HTTP/1.1\r\n"
                  + host
                  + "Content-Type: application/json\r\nContent-Length: "
                  + request.length()
                  + "\r\n\r\n"
                  + request)
              .getBytes(ISO_8859_1);
    }

    void post() throws IOException {
      beganAt = System.nanoTime();
      isStarting = true;
      send(post);
    }

    /** Whether it has something left to do, after what has come. */
    boolean goOn(long end) throws IOException {
      if (channel.read(answer) < 0) {
        throw new EOFException("The server has closed the connection.");
      }
      var text = new String(answer.array(), 0, answer.position(), ISO_8859_1);
      if (!isWhole(text)) {
        return true;
      }
      answer.clear();
      if (isStarting) {
        isStarting = false;
        var id = RunOverHttp.field(expect(text, "201"), "runId");
        var path = RunOverHttp.path(id) + RunOverHttp.UNTIL_END;
        send(("GET " + path + " HTTP/1.1\r\n" + host + "\r\n").getBytes(ISO_8859_1));
        return true;
      }
      RunOverHttp.requireCompleted(expect(text, "200"));
      return startsNext(end);
    }

    private boolean startsNext(long end) throws IOException {
      long now = System.nanoTime();
      if (now > end) {
        return false;
      }
      latencies.add(now - beganAt);
      post();
      return true;
    }

    private void send(byte[] request) throws IOException {
      var bytes = ByteBuffer.wrap(request);
      channel.write(bytes);
      if (bytes.hasRemaining()) {
        throw new IllegalStateException("The server does not take what is sent.");
      }
    }

    private static boolean isWhole(String text) {
      int body = text.indexOf("\r\n\r\n") + 4;
      if (body < 4) {
        return false;
      }
      var length = LENGTH.matcher(text).region(0, body);
      if (!length.find()) {
        throw new IllegalStateException("The answer has no length:\n" + text);
      }
      return text.length() - body >= Integer.parseInt(length.group(1));
    }

    private static String expect(String answer, String status) {
      if (!answer.startsWith(status, "HTTP/1.1 ".length())) {
        throw new IllegalStateException("Answered:\n" + answer);
      }
      return answer;
    }
  }
}
