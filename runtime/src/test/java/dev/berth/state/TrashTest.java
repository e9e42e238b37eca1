package dev.berth.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrashTest {
  @TempDir Path dir;

  @Test
  void deepTreesGoAndLinksAreNotFollowed() throws IOException {
    Path outside = Files.createDirectory(dir.resolve("outside"));
    Files.writeString(outside.resolve("file"), "stays");
    Path thrown = Files.createDirectory(dir.resolve("layer"));
    Path deep = thrown;
    for (int i = 0; i < 60; i++) {
      deep = Files.createDirectory(deep.resolve("directory-with-a-name-" + i));
      Files.writeString(deep.resolve("f"), "x");
    }
    Files.createSymbolicLink(deep.resolve("link"), outside);
    try (Trash trash = new Trash(dir.resolve("trash"))) {
      trash.discard(thrown);
      assertThat(thrown).doesNotExist();
      Awaitility.await().until(() -> isEmpty(dir.resolve("trash")));
      trash.discard(thrown);
    }
    assertThat(outside.resolve("file")).exists();
  }

  @Test
  void whatAnEarlierDaemonLeftIsDeleted() throws IOException {
    Path left = Files.createDirectories(dir.resolve("trash/old/sub"));
    Files.writeString(left.resolve("f"), "x");
    try (Trash trash = new Trash(dir.resolve("trash"))) {
      trash.empty();
      Awaitility.await().until(() -> isEmpty(dir.resolve("trash")));
    }
  }

  /** A container is removed with its pod and by a request of its own at the same time. */
  @Test
  void twoWhoDeleteTheSameDoNotDisturbEachOther() throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      for (int i = 0; i < 200; i++) {
        Path both = dir.resolve("both");
        Files.createDirectories(both.resolve("sub"));
        Files.writeString(both.resolve("sub/file"), "x");
        Callable<Void> delete =
            () -> {
              Trash.delete(both);
              return null;
            };
        for (Future<Void> each : pool.invokeAll(List.of(delete, delete))) {
          each.get();
        }
        assertThat(both).doesNotExist();
      }
    }
  }

  @Test
  void creationTimesGrowWhenTheClockStepsBack() {
    CreationClock clock =
        new CreationClock(Clock.fixed(Instant.ofEpochSecond(100), ZoneOffset.UTC));
    long first = clock.next();
    long second = clock.next();
    assertThat(second).isGreaterThan(first);
    clock.seen(second + 1_000);
    assertThat(clock.next()).isGreaterThan(second + 1_000);
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }
}
