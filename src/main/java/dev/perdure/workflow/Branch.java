package dev.perdure.workflow;

import static java.util.Objects.requireNonNull;

import com.google.gson.reflect.TypeToken;

/**
 * One branch of {@link RunContext#parallel}: a small body with a context of its own.
 *
 * @param name differs from those of the other branches
 */
public record Branch<O>(String name, TypeToken<O> output, Body<O> body) {

  /** What a branch does. */
  @FunctionalInterface
  public interface Body<O> {
    O run(RunContext context) throws Exception;
  }

  public Branch {
    Names.check("branch name", name);
    requireNonNull(output, "output");
    requireNonNull(body, "body");
  }

  /** A branch. Meant for static import. */
  public static <O> Branch<O> branch(String name, Class<O> output, Body<O> body) {
    return new Branch<>(name, TypeToken.get(output), body);
  }
}
