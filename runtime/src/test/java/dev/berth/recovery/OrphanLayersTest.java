package dev.berth.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.journal.Journal;
import dev.berth.state.Container;
import dev.berth.state.Layout;
import dev.berth.state.Trash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphanLayersTest {
  @TempDir Path dir;

  /** An unexpected power-off: the record was not on the disk yet, the layer was. */
  @Test
  void aLayerWhoseRecordThePowerCutTookIsThrownAway() throws IOException {
    Layout layout = new Layout(dir.resolve("root"), dir.resolve("state"));
    Files.createDirectories(layout.disk("known").resolve("upper"));
    Files.createDirectories(layout.disk("lost").resolve("upper"));
    Files.writeString(layout.disk("lost").resolve("upper/file"), "x");
    try (Journal journal = Journal.open(layout.journal());
        Trash trash = new Trash(layout.root().resolve("trash"))) {
      journal.put(Container.key("known"), new byte[0]);
      OrphanLayers.discard(layout, journal, trash);
      assertThat(layout.containers()).isDirectoryContaining(p -> p.endsWith("known"));
      assertThat(layout.disk("lost")).doesNotExist();
    }
  }
}
