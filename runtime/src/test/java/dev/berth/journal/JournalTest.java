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
      journal.maintain();
      assertThat(Files.size(file)).isLessThan(2 << 20);
      assertThat(journal.records()).containsOnlyKeys("keep", "big");
      journal.put("after", bytes("y"));
    }
    assertThat(texts()).hasSize(3).contains("keep=x", "after=y");
  }

  @Test
  void recordsThatComeWhileTheFileIsWrittenAnewAreKept() throws Exception {
    int last = 20_000;
    try (Journal journal = Journal.open(file)) {
      byte[] big = new byte[1 << 10];
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i <= last; i++) {
                      journal.put("big", big);
                      journal.put("count", bytes(Integer.toString(i)));
                    }
                  });
      while (writer.isAlive()) {
        journal.maintain();
      }
      writer.join();
      journal.maintain();
    }
    assertThat(texts()).hasSize(2).contains("count=" + last);
    assertThat(Files.size(file)).isLessThan(2 * Journal.MIN_REWRITE);
  }

  @Test
  void openingChangesNothingOfAWholeFile() throws IOException {
    try (Journal journal = Journal.open(file)) {
      journal.put("a", bytes("1"));
      journal.put("a", bytes("2"));
    }
    byte[] before = Files.readAllBytes(file);
    assertThat(texts()).containsExactly("a=2");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void aFileThatAPowerCutLeftBlankIsBegunAnew() throws IOException {
    for (int length : new int[] {0, 3, 8, 5000}) {
      Files.write(file, new byte[length]);
      assertThat(texts()).isEmpty();
    }
  }

  /** What a disk may keep of appended pages: some, in any order, the others as zeros. */
  @Test
  void whateverPagesAPowerCutTakesARecordIsNeverWrong() throws IOException {
    int page = 512;
    try (Journal journal = Journal.open(file)) {
      for (int i = 0; i < 200; i++) {
        journal.put("count", bytes(counted(i)));
        journal.put("length-" + i, new byte[i]);
      }
    }
    byte[] whole = Files.readAllBytes(file);
    var random = new java.util.Random(7);
    for (int round = 0; round < 300; round++) {
      byte[] torn = Arrays.copyOf(whole, random.nextInt(page, whole.length + 1));
      for (int at = page; at < torn.length; at += page) {
        if (random.nextInt(20) == 0) {
          Arrays.fill(torn, at, Math.min(at + page, torn.length), (byte) 0);
        }
      }
      Files.write(file, torn);
      assertAnEarlierState();
    }
  }

  private static String counted(int i) {
    return Integer.toString(i).repeat(i % 7 + 1);
  }

  private void assertAnEarlierState() throws IOException {
    try (Journal journal = Journal.open(file)) {
      var records = journal.records();
      int pairs = (int) records.keySet().stream().filter(key -> key.startsWith("length-")).count();
      for (int i = 0; i < pairs; i++) {
        assertThat(records.get("length-" + i)).isEqualTo(new byte[i]);
      }
      String count = new String(records.get("count"), UTF_8);
      assertThat(count).isIn(counted(pairs - 1), counted(pairs));
    }
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
