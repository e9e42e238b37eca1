package dev.berth.telemetry;

import dev.berth.fault.Fault;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** The last requests that failed, but for those whose caller asked for what is not there. */
public final class LastFailures implements Consumer<Call> {
  private static final int MOST = 20;

  private final Deque<Call> last = new ArrayDeque<>();

  @Override
  public void accept(Call call) {
    if (call.failure() != null && !(call.failure() instanceof Fault.NotFound)) {
      synchronized (last) {
        last.addFirst(call);
        if (last.size() > MOST) {
          last.removeLast();
        }
      }
    }
  }

  /** The newest first. */
  public List<Call> all() {
    synchronized (last) {
      return new ArrayList<>(last);
    }
  }
}
