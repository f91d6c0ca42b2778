package dev.perdure.bench;

import java.util.List;

/** What goes into every step and comes out of it: about 200 bytes of JSON. */
public record Payload(
    String customer, String address, long orderNumber, List<String> articles, boolean express) {

  /** Its JSON has {@value #BYTES} bytes. */
  public static final Payload EXAMPLE =
      new Payload(
          "Ada Lovelace",
          "12 St James's Square, London SW1Y 4JH, United Kingdom",
          47_110_008_150_815L,
          List.of("analytical-engine", "punched-cards", "brass-gears"),
          true);

  static final int BYTES = 200;

  /** As the raw limit stores it. */
  public static final String JSON =
      """
      {"customer":"Ada Lovelace","address":"12 St James's Square, London SW1Y 4JH, United Kingdom",\
      "orderNumber":47110008150815,"articles":["analytical-engine","punched-cards","brass-gears"],\
      "express":true}\
      """;
}
