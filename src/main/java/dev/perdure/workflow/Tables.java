package dev.perdure.workflow;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/**
 * The tables that transactional steps use, in the same file as the journal, and how they come to
 * be: numbered migrations, each carried out once, in order, before the engine starts. Migrations
 * that have been carried out must stay as they are; new ones go behind them. Immutable.
 *
 * <pre>{@code
 * Tables.named("shop")
 *     .migration("CREATE TABLE shop_orders (id TEXT PRIMARY KEY, total INTEGER NOT NULL) STRICT")
 *     .migration("CREATE INDEX shop_orders_by_total ON shop_orders (total)");
 * }</pre>
 *
 * @param name of the group of tables; unique in one engine
 * @param migrations the first is number 1; each one statement or several, separated by semicolons
 */
public record Tables(String name, List<String> migrations) {

  private static final int MIGRATIONS_MAX = 10_000;

  public Tables {
    Names.check("tables name", name);
    migrations = List.copyOf(migrations);
    if (migrations.size() > MIGRATIONS_MAX) {
      throw new IllegalArgumentException(
          "The tables " + name + " have more than 10,000 migrations.");
    }
  }

  /** Tables without a migration yet. */
  public static Tables named(String name) {
    return new Tables(name, List.of());
  }

  /** One more migration, behind the others. */
  public Tables migration(String sql) {
    var longer = new ArrayList<>(migrations);
    longer.add(requireNonNull(sql, "sql"));
    return new Tables(name, longer);
  }
}
