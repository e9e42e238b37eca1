package dev.berth.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes down every call, e.g. {@code mkdirat(cwd, /x, 448)}, and which descriptors they gave, so
 * that a test can assert a sequence and that nothing was left open.
 */
final class RecordingKernel implements InterceptedKernel.Interceptor {

  private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  private final List<Fd> given = Collections.synchronizedList(new ArrayList<>());

  /** A kernel that makes the calls of another and is recorded here. */
  Kernel over(Kernel real) {
    return InterceptedKernel.of(real, this);
  }

  /** The calls so far, in order. */
  List<String> calls() {
    return List.copyOf(calls);
  }

  /** Descriptors that calls gave and nobody closed or released. */
  List<Fd> open() {
    return given.stream().filter(Fd::isOpen).toList();
  }

  @Override
  public void before(String call, List<@Nullable Object> arguments) {
    calls.add(
        call
            + arguments.stream()
                .map(RecordingKernel::text)
                .collect(Collectors.joining(", ", "(", ")")));
  }

  @Override
  public void after(String call, @Nullable Object result) {
    switch (result) {
      case Fd fd -> given.add(fd);
      case FileIo.Pipe(Fd read, Fd write) -> given.addAll(List.of(read, write));
      case Sockets.Pair(Fd left, Fd right) -> given.addAll(List.of(left, right));
      case Sockets.Received(int length, List<Fd> fds) -> given.addAll(fds);
      case null, default -> {}
    }
  }

  private static String text(@Nullable Object argument) {
    return switch (argument) {
      case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
      case null -> "null";
      default -> argument.toString();
    };
  }
}
