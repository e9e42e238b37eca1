package dev.berth.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
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
