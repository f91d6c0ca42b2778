package dev.perdure.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.GsonBuilder;
import org.junit.jupiter.api.Test;

class PayloadTest {

  @Test
  void theRawLimitStoresWhatAStepStores() {
    var json = new GsonBuilder().disableHtmlEscaping().create().toJson(Payload.EXAMPLE);
    assertEquals(Payload.JSON, json);
    assertEquals(Payload.BYTES, json.length());
  }
}
