package dev.berth.cgroup;

/** Time that passes only by sleeping. */
final class FakeNap implements Nap {

  private long now;
  private final Runnable meanwhile;

  /** Something that happens during every sleep. */
  FakeNap(Runnable meanwhile) {
    this.meanwhile = meanwhile;
  }

  @Override
  public long now() {
    return now;
  }

  @Override
  public void sleep(long nanos) {
    now += nanos;
    meanwhile.run();
  }
}
