package dev.berth.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path dir;
  private Path file;

  @BeforeEach
  void name() {
    file = dir.resolve("journal");
  }

  @Test
  void whatWasPutIsThereAfterReopening() throws IOException {
    try (Journal journal = Journal.open(file)) {
      journal.put("a", bytes("1"));
      journal.put("b", bytes("2"));
      journal.put("a", bytes("3"));
      journal.forget("b");
      journal.forget("never there");
    }
    assertThat(texts()).containsExactly("a=3");
  }

  @Test
  void aRecordThatWasNotWrittenWholeIsDroppedAndTheRestStands() throws IOException {
    try (Journal journal = Journal.open(file)) {
      journal.put("a", bytes("1"));
      journal.put("b", bytes("two"));
    }
    byte[] whole = Files.readAllBytes(file);
    int firstEnd = RecordFormat.MAGIC_LENGTH + RecordFormat.put("a", bytes("1")).length;
    for (int cut = firstEnd; cut < whole.length; cut++) {
      Files.write(file, Arrays.copyOf(whole, cut));
      assertThat(texts()).as("cut at %d", cut).containsExactly("a=1");
    }
  }

  @Test
  void aFlippedBitEndsTheFileThere() throws IOException {
    try (Journal journal = Journal.open(file)) {
      journal.put("a", bytes("1"));
      journal.put("b", bytes("2"));
    }
    byte[] damaged = Files.readAllBytes(file);
    damaged[damaged.length - 1] ^= 1;
    Files.write(file, damaged);
    assertThat(texts()).containsExactly("a=1");
  }

  @Test
  void recordsAppendedAfterATornTailSurvive() throws IOException {
    try (Journal journal = Journal.open(file)) {
      journal.put("a", bytes("1"));
    }
    Files.write(file, new byte[] {0, 0, 0, 9, 1}, StandardOpenOption.APPEND);
    try (Journal journal = Journal.open(file)) {
      journal.put("b", bytes("2"));
    }
    assertThat(texts()).containsExactly("a=1", "b=2");
  }

  @Test
  void aForeignFileIsRefusedAndLeftAlone() throws IOException {
    Files.writeString(file, "not a journal");
    assertThatThrownBy(() -> Journal.open(file))
        .isInstanceOf(Fault.DataLoss.class)
        .hasMessageContaining(file.toString());
    assertThat(Files.readString(file)).isEqualTo("not a journal");
  }

  @Test
  void deadWeightIsWrittenAway() throws IOException {
    byte[] big = new byte[1 << 20];
    try (Journal journal = Journal.open(file)) {
      journal.put("keep", bytes("x"));
      for (int i = 0; i < 20; i++) {
        journal.put("big", big);
      }
      assertThat(Files.size(file)).isLessThan(2 * Journal.MIN_REWRITE);
      assertThat(journal.records()).containsOnlyKeys("keep", "big");
    }
    assertThat(texts()).hasSize(2).contains("keep=x");
  }

  private java.util.List<String> texts() throws IOException {
    try (Journal journal = Journal.open(file)) {
      return journal.records().entrySet().stream()
          .map(e -> e.getKey() + "=" + new String(e.getValue(), UTF_8))
          .toList();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
