package dev.berth.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalMachineTest {
  private static MachineFacts facts(Path proc, String bounding, String permitted)
      throws IOException {
    Files.createDirectories(proc.resolve("thread-self"));
    Files.createDirectories(proc.resolve("sys/kernel"));
    Files.writeString(
        proc.resolve("thread-self/status"),
        "Name:\tjava\nCapInh:\t00\nCapPrm:\t" + permitted + "\nCapBnd:\t" + bounding + "\n");
    Files.writeString(proc.resolve("thread-self/oom_score_adj"), "-500\n");
    Files.writeString(proc.resolve("sys/kernel/hostname"), "node7\n");
    Files.writeString(proc.resolve("sys/kernel/osrelease"), "6.15.0-rc1\n");
    return new LocalMachine(proc).facts(true, false, List.of());
  }

  @Test
  void capabilitiesAreWhatIsBothBoundAndPermitted(@TempDir Path proc) throws IOException {
    MachineFacts facts = facts(proc, "000001fffeffffff", "000001ffffffffff");
    assertThat(CapabilitySet.names(CapabilitySet.ALL & ~facts.capabilities()))
        .containsExactly("CAP_SYS_RESOURCE", "CAP_MKNOD");
    assertThat(facts.oomScoreAdjFloor()).isEqualTo(-500);
    assertThat(facts.hostname()).isEqualTo("node7");
    assertThat(facts.unifiedCgroups()).isTrue();
  }

  @Test
  void whoMayRaiseLimitsMayLowerTheScore(@TempDir Path proc) throws IOException {
    assertThat(facts(proc, "000001ffffffffff", "000001ffffffffff").oomScoreAdjFloor())
        .isEqualTo(-1000);
  }

  @ParameterizedTest
  @CsvSource({
    "6.14.9,false",
    "6.15,true",
    "6.18.3-cloud,true",
    "7.0-rc1,true",
    "5.19.0,false",
    "?,false"
  })
  void mappedLayersNeedANewKernel(String release, boolean there, @TempDir Path proc)
      throws IOException {
    facts(proc, "0", "0");
    Files.writeString(proc.resolve("sys/kernel/osrelease"), release + "\n");
    assertThat(new LocalMachine(proc).facts(true, false, List.of()).mappedLayers())
        .isEqualTo(there);
  }

  @Test
  void readsThisMachine() {
    assertThat(new LocalMachine().facts(false, true, List.of()).hostname()).isNotEmpty();
  }
}
