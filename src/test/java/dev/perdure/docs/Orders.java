package dev.perdure.docs;

import static dev.perdure.workflow.Steps.retries;
import static java.time.Duration.ofSeconds;

import dev.perdure.workflow.Step;
import dev.perdure.workflow.StepFailedException;
import dev.perdure.workflow.Workflow;
import dev.perdure.workflow.WorkflowProvider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The workflows of the README. They ask a {@link Shop} to do the work. */
public final class Orders implements WorkflowProvider {

  record Order(String item, int cents) {}

  record Payment(Order order, String receipt) {}

  record Parcel(Payment payment, String label) {}

  record Basket(List<Order> orders) {}

  record Bill(List<String> receipts, List<String> refused) {}

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI shop;

  /** What a server calls, through the {@code ServiceLoader}. */
  public Orders() {
    this(URI.create("http://127.0.0.1:9000/"));
  }

  Orders(URI shop) {
    this.shop = shop;
  }

  @Override
  public Collection<Workflow<?, ?>> workflows() {
    return List.of(order(), basket());
  }

  // [README sequence]
  private Workflow<Order, String> order() {
    return Workflow.named("order")
        .version(1)
        .describedAs("Charges the card, has the goods packed, and ships them")
        .input(Order.class, new Order("teapot", 2900)) // type and example
        .step("charge", Payment.class, (order, step) -> new Payment(order, ask("charge", step)))
        .step(
            "pack",
            Parcel.class,
            (payment, step) -> new Parcel(payment, ask("pack", step)),
            retries(5).timeout(ofSeconds(30)))
        .step("ship", String.class, (parcel, step) -> ask("ship", step))
        .build();
  }

  // [end]

  // [README code]
  private Workflow<Basket, Bill> basket() {
    return Workflow.named("basket")
        .input(Basket.class, new Basket(List.of(new Order("teapot", 2900), new Order("cup", 400))))
        .code(
            Bill.class,
            (basket, run) -> {
              var receipts = new ArrayList<String>();
              var refused = new ArrayList<String>();
              for (var order : basket.orders()) {
                try {
                  receipts.add(
                      run.step("charge", order, String.class, (_, step) -> ask("charge", step)));
                } catch (StepFailedException e) {
                  refused.add(order.item());
                }
              }
              return new Bill(receipts, refused);
            });
  }

  // [end]

  // [README effect]
  /** Has the shop do something, once, however often it is asked. */
  private String ask(String what, Step step) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(shop.resolve(what))
            .header("Idempotency-Key", step.idempotencyKey())
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    var answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("The shop answered " + answer.statusCode() + " to " + what + ".");
    }
    return answer.body();
  }
  // [end]
}
