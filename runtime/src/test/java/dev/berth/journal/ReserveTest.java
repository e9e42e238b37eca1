package dev.berth.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReserveTest {
  @TempDir Path dir;

  @Test
  void roomIsKeptGivenUpOnceAndKeptAgain() {
    Path file = dir.resolve("journal.reserve");
    Reserve reserve = new Reserve(file);
    assertThat(reserve.giveUp()).isFalse();
    reserve.keep();
    assertThat(file).hasSize(Reserve.BYTES);
    assertThat(reserve.giveUp()).isTrue();
    assertThat(reserve.giveUp()).isFalse();
    reserve.keep();
    assertThat(file).exists();
  }

  @Test
  void aJournalKeepsRoomBesideItself() throws IOException {
    try (Journal journal = Journal.open(dir.resolve("journal"))) {
      journal.maintain();
    }
    assertThat(dir.resolve("journal.reserve")).exists();
  }
}
