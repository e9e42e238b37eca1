package dev.berth.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.fault.Fault;
import dev.berth.journal.JournalContent;
import dev.berth.state.Container;
import dev.berth.state.Sandbox;
import dev.berth.state.v1.ContainerPhase;
import dev.berth.state.v1.ContainerRecord;
import dev.berth.state.v1.SandboxRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A journal's records for people, and for programs. */
final class StateReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path path;
  private final JournalContent journal;
  private final List<SandboxRecord> pods = new ArrayList<>();
  private final List<ContainerRecord> containers = new ArrayList<>();

  /**
   * Reads all records.
   *
   * @throws Fault.DataLoss one cannot be read
   */
  StateReport(Path path, JournalContent journal) {
    this.path = path;
    this.journal = journal;
    for (Map.Entry<String, byte[]> entry : journal.records().entrySet()) {
      try {
        read(entry.getKey(), entry.getValue());
      } catch (InvalidProtocolBufferException e) {
        throw new Fault.DataLoss("journal record " + entry.getKey() + " cannot be read", e);
      }
    }
  }

  private void read(String key, byte[] value) throws InvalidProtocolBufferException {
    if (key.startsWith(Sandbox.key(""))) {
      pods.add(SandboxRecord.parseFrom(value));
    } else if (key.startsWith(Container.key(""))) {
      containers.add(ContainerRecord.parseFrom(value));
    }
  }

  /** One line a pod, below it one a container; times in UTC. */
  String text() {
    StringBuilder out = new StringBuilder();
    out.append("journal %s: version %d, %d bytes".formatted(path, journal.version(), bytes()));
    if (journal.torn() > 0) {
      out.append(", the last %d of them an unfinished record".formatted(journal.torn()));
    }
    for (SandboxRecord pod : pods) {
      out.append('\n').append(line(pod));
      containers.stream()
          .filter(c -> c.getSandboxId().equals(pod.getId()))
          .forEach(c -> out.append("\n  ").append(line(c)));
    }
    containers.stream()
        .filter(c -> pods.stream().noneMatch(p -> p.getId().equals(c.getSandboxId())))
        .forEach(c -> out.append("\nwithout a pod: ").append(line(c)));
    return out.toString();
  }

  private int bytes() {
    return journal.bytes();
  }

  private static String line(SandboxRecord pod) {
    var name = pod.getConfig().getMetadata();
    return "pod %s %s %s/%s uid %s attempt %d, created %s, boot %s%s"
        .formatted(
            pod.getId(),
            word(pod.getPhase().name()),
            name.getNamespace(),
            name.getName(),
            name.getUid(),
            Integer.toUnsignedLong(name.getAttempt()),
            time(pod.getCreatedAt()),
            pod.getBootId(),
            pod.getAttachment().isEmpty() ? "" : ", network " + pod.getAttachment());
  }

  private static String line(ContainerRecord container) {
    var name = container.getConfig().getMetadata();
    StringBuilder out = new StringBuilder();
    out.append(
        "container %s %s %s attempt %d, created %s, image %s"
            .formatted(
                container.getId(),
                word(container.getPhase().name()),
                name.getName(),
                Integer.toUnsignedLong(name.getAttempt()),
                time(container.getCreatedAt()),
                container.getImageId()));
    if (container.getStartedAt() != 0) {
      out.append(", started ").append(time(container.getStartedAt()));
    }
    if (container.getPhase() == ContainerPhase.CONTAINER_ENDED) {
      out.append(
          ", ended %s with %d (%s%s)"
              .formatted(
                  time(container.getFinishedAt()),
                  container.getExitCode(),
                  container.getReason(),
                  container.getMessage().isEmpty() ? "" : ": " + container.getMessage()));
    }
    return out.toString();
  }

  /** {@code SANDBOX_UP} is "up", {@code CONTAINER_ENDED} is "ended". */
  private static String word(String phase) {
    return phase.substring(phase.indexOf('_') + 1).toLowerCase(Locale.ROOT);
  }

  private static String time(long nanos) {
    return Instant.ofEpochSecond(0, nanos).toString();
  }

  /** Everything that the records hold, by the names of their fields. */
  String json() throws IOException {
    ObjectNode out = JSON.createObjectNode();
    out.put("journal", path.toString());
    out.put("version", journal.version());
    out.put("bytes", bytes());
    out.put("torn", journal.torn());
    pods.forEach(pod -> out.withArray("pods").add(RecordJson.of(pod)));
    containers.forEach(c -> out.withArray("containers").add(RecordJson.of(c)));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(out);
  }
}
