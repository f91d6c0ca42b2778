package dev.perdure.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the page about the built-in workflows shows is what they do. */
class BuiltinDocsTest {

  private static String page;

  @BeforeAll
  static void readPage() throws IOException {
    page = Files.readString(Path.of("src/docs/built-in-workflows.md"));
  }

  @Test
  void theExampleOfServicesIsLawful() {
    var services = Services.parse(find("PERDURE_SERVICES='([^']*)'"));
    assertEquals(List.of("shop", "pay", "db"), services.stream().map(Service::name).toList());
  }

  @Test
  void theExampleOfAReportIsOne() {
    var statistics = new FakeStatistics();
    statistics.addHealthReport(
        Instant.parse("2026-03-01T01:00:05Z"),
        "{\"services\":[{\"name\":\"pay\",\"status\":\"up\"}]}");
    var example = SequenceRunner.GSON.fromJson(find("```json\n([^`]*)```"), JsonObject.class);
    var findings = SequenceRunner.GSON.fromJson(example, Findings.class);

    var report = new GenerateReport(statistics).of(findings);

    assertTrue(page.contains("```markdown\n" + report.markdown() + "```\n"), report::markdown);
    var json = SequenceRunner.GSON.toJsonTree(report).getAsJsonObject();
    json.addProperty("markdown", "…");
    assertEquals(example, json);
  }

  private static String find(String pattern) {
    var matcher = Pattern.compile(pattern).matcher(page);
    assertTrue(matcher.find(), pattern);
    return matcher.group(1);
  }
}
