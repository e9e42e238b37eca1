package dev.berth.container;

import dev.berth.state.ContainerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says for a person why killed processes are still there, from what proc(5) tells about them. */
final class StuckProcess {
  private static final int LONGEST_STACK = 500;
  private static final int MOST = 3;

  private StuckProcess() {}

  /**
   * The init, then others of the container, some of them when they are many.
   *
   * @param others processes of its cgroup
   */
  static String describe(ContainerState state, Collection<Integer> others) {
    int init = init(state);
    Stream<Integer> first = init == 0 ? Stream.empty() : Stream.of(init);
    String text =
        Stream.concat(first, others.stream().filter(pid -> pid != init).limit(MOST))
            .map(StuckProcess::describe)
            .collect(Collectors.joining("; "));
    return text.isEmpty() ? "no process is known" : text;
  }

  private static int init(ContainerState state) {
    return switch (state) {
      case ContainerState.Waiting w -> w.pid();
      case ContainerState.Starting s -> s.pid();
      case ContainerState.Running r -> r.pid();
      case ContainerState.Making _, ContainerState.Ended _ -> 0;
    };
  }

  private static String describe(int pid) {
    Path proc = Path.of("/proc", Integer.toString(pid));
    String status = read(proc.resolve("status"));
    if (status.isEmpty()) {
      return "process " + pid + " is gone, its exit was not reported";
    }
    String stack = read(proc.resolve("stack"));
    return "process "
        + pid
        + ", "
        + line(status, "State:")
        + (stack.isEmpty() ? "" : ", kernel stack: " + stack.strip().replace('\n', ' '));
  }

  private static String line(String status, String key) {
    return status
        .lines()
        .filter(l -> l.startsWith(key))
        .map(l -> l.replace('\t', ' '))
        .findFirst()
        .orElse("state unknown");
  }

  private static String read(Path file) {
    try {
      String text = Files.readString(file);
      return text.length() > LONGEST_STACK ? text.substring(0, LONGEST_STACK) : text;
    } catch (IOException e) {
      return "";
    }
  }
}
