package dev.perdure.simulation;

import dev.perdure.workflow.FinalStepException;

/** The code of the steps of one life. */
final class Effects implements ProgramBody.Effects {

  private final Life life;
  private final World world;
  private final Witness witness;

  Effects(Life life, World world, Witness witness) {
    this.life = life;
    this.world = world;
    this.witness = witness;
  }

  @Override
  public void carryOut(Program.Node node, Program.Code code, String key, int attempt)
      throws Exception {
    var interval = witness.begins(life, node, code, key, attempt);
    world.say("effect " + key + " attempt " + attempt + " begins");
    boolean failed = true;
    try {
      life.port();
      act(code, attempt);
      life.port();
      failed = false;
    } finally {
      witness.ledger().end(interval, world.nanos(), failed);
      world.say("effect " + key + " attempt " + attempt + " ends");
    }
  }

  private void act(Program.Code code, int attempt) throws InterruptedException {
    switch (code.act()) {
      case SUCCEEDS -> take(code);
      case FAILS_FIRST -> {
        take(code);
        if (attempt <= code.times()) {
          throw new IllegalStateException("not yet");
        }
      }
      case FAILS -> {
        take(code);
        throw new IllegalStateException("never");
      }
      case FAILS_FOR_GOOD -> {
        take(code);
        throw new FinalStepException("for good");
      }
      case HANGS_FIRST -> {
        if (attempt == 1) {
          take(code);
        }
      }
      case IGNORES_FIRST -> {
        if (attempt == 1) {
          life.sleepThrough(code.takes());
        }
      }
    }
  }

  private void take(Program.Code code) throws InterruptedException {
    if (!code.takes().isZero()) {
      life.sleep(code.takes());
    }
  }
}
