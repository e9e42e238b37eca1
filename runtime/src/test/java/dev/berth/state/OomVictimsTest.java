package dev.berth.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.kernel.Kernel;
import org.junit.jupiter.api.Test;

class OomVictimsTest {
  private static String chosen(String cgroup, String name, int pid) {
    return "6,1,2,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,"
        + "oom_memcg=%1$s,task_memcg=%1$s,task=%2$s,pid=%3$d,uid=0".formatted(cgroup, name, pid);
  }

  private static String killed(String name, int pid, int anonymous, int shared) {
    return ("3,2,3,-;Memory cgroup out of memory: Killed process %d (%s) total-vm:900kB,"
            + " anon-rss:%dkB, file-rss:4kB, shmem-rss:%dkB, UID:0 pgtables:1kB oom_score_adj:0")
        .formatted(pid, name, anonymous, shared);
  }

  private static String read(String... records) {
    var reading = new OomVictims.Reading("c1");
    for (String record : records) {
      reading.take(record);
    }
    return reading.sentence().orElse("");
  }

  @Test
  void nameAndMemoryAreTold() {
    assertThat(
            read(
                chosen("/kubepods/pod1/c1", "tail", 7),
                "6,1,2,-;Tasks state (memory values in pages):",
                killed("tail", 7, 65000, 536)))
        .isEqualTo("out of memory, the kernel killed tail (pid 7) with 65536 KiB");
  }

  @Test
  void ofOthersNothingIsTold() {
    assertThat(read(chosen("/kubepods/pod1/c2", "tail", 7), killed("tail", 7, 1, 0))).isEmpty();
    assertThat(read(chosen("/kubepods/c11", "tail", 7), killed("tail", 7, 1, 0))).isEmpty();
    assertThat(read(killed("tail", 7, 1, 0))).isEmpty();
  }

  @Test
  void aNameThatLooksLikeARecordDeceivesNobody() {
    String name = "x,pid=9,uid=0";
    assertThat(read(chosen("/p/c1", name, 7), killed("x) total-vm:1kB, (", 7, 5, 0)))
        .contains("(pid 7) with 5 KiB");
    assertThat(read(chosen("/p/c2", ",task_memcg=/p/c1,task=y", 7), killed("y", 7, 5, 0)))
        .isEmpty();
  }

  @Test
  void onlyTheLastFewAreNamed() {
    var reading = new OomVictims.Reading("c1");
    for (int pid = 1; pid <= 10; pid++) {
      reading.take(chosen("/p/c1/exec-1", "a", pid));
      reading.take(killed("a", pid, pid, 0));
    }
    assertThat(reading.sentence().orElse(""))
        .contains("pid 10", "pid 9", "pid 8")
        .doesNotContain("pid 7");
  }

  @Test
  void aLogThatCannotBeReadTellsNothing() {
    assertThat(new OomVictims(Kernel.linux(), "/nowhere").of("c1")).isEmpty();
  }
}
