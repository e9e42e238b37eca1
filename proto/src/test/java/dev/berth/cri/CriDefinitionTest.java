package dev.berth.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.TextFormat;
import dev.berth.cri.v1.AuthConfig;
import dev.berth.cri.v1.RuntimeV1Proto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The definition is the interface: no number, type, label or name differs, none is missing. */
class CriDefinitionTest {
  private static final FileDescriptor CRI = RuntimeV1Proto.getDescriptor();

  @Test
  void everyFactOfTheCommittedListHolds() throws IOException {
    assertThat(CriFacts.of(CRI)).isEqualTo(CriFacts.ofCompact(committedFacts()));
  }

  @Test
  void everyFactOfTheSharedTableHolds() throws IOException {
    Path table = Path.of(System.getProperty("berth.cri.facts", "../../shared/cri/runtime-v1.tsv"));
    assumeTrue(Files.isReadable(table), () -> "no table of facts at " + table.toAbsolutePath());
    assertThat(CriFacts.of(CRI)).isEqualTo(CriFacts.ofTable(Files.readAllLines(table)));
  }

  @Test
  void hasAllMethodsAndNoMessageThatNobodyUses() {
    List<MethodDescriptor> methods =
        CRI.getServices().stream().flatMap(service -> service.getMethods().stream()).toList();
    assertThat(methods).hasSize(43);
    Set<Descriptor> used = new HashSet<>();
    for (MethodDescriptor method : methods) {
      reach(used, method.getInputType());
      reach(used, method.getOutputType());
    }
    assertThat(CRI.getMessageTypes()).allMatch(used::contains);
  }

  /** A message's own toString prints everything: text for people goes through this printer. */
  @Test
  void theDebugPrinterHidesSecrets() {
    AuthConfig auth =
        AuthConfig.newBuilder()
            .setUsername("reader")
            .setPassword("p4ss")
            .setIdentityToken("t0ken")
            .build();
    assertThat(TextFormat.debugFormatPrinter().printToString(auth))
        .contains("reader")
        .doesNotContain("p4ss")
        .doesNotContain("t0ken");
  }

  private static void reach(Set<Descriptor> used, Descriptor message) {
    if (used.add(message)) {
      message.getFields().stream()
          .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
          .forEach(field -> reach(used, field.getMessageType()));
    }
  }

  private static List<String> committedFacts() throws IOException {
    try (InputStream in = CriDefinitionTest.class.getResourceAsStream("facts.txt")) {
      byte[] bytes =
          Objects.requireNonNull(in, "facts.txt is not on the class path").readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }
  }
}
