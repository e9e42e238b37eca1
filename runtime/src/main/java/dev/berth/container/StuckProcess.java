package dev.berth.container;

import dev.berth.state.ContainerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says for a person why a killed process is still there, from what proc(5) tells about it. */
final class StuckProcess {
  private static final int LONGEST_STACK = 2000;

  private StuckProcess() {}

  static String describe(ContainerState state) {
    return switch (state) {
      case ContainerState.Waiting w -> describe(w.pid());
      case ContainerState.Starting s -> describe(s.pid());
      case ContainerState.Running r -> describe(r.pid());
      case ContainerState.Making _, ContainerState.Ended _ -> "no process is known";
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
