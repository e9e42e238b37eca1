package dev.berth.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.RunPodSandboxRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnknownFieldsTest {
  private final Logger logger = Logger.getLogger(UnknownFields.class.getName());
  private final List<String> said = new ArrayList<>();
  private final Handler listener =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          said.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(listener);
  }

  @AfterEach
  void stop() {
    logger.removeHandler(listener);
  }

  @Test
  void aFieldOfANewerClientDeepInARequestIsToldOnce() {
    var extra =
        UnknownFieldSet.newBuilder()
            .addField(77, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    var request =
        RunPodSandboxRequest.newBuilder()
            .setConfig(PodSandboxConfig.newBuilder().setHostname("h").setUnknownFields(extra))
            .build();
    UnknownFields fields = new UnknownFields();
    fields.look("RunPodSandbox", request);
    fields.look("RunPodSandbox", request);
    assertThat(said)
        .singleElement()
        .asString()
        .contains("RunPodSandbox", "field 77", "runtime.v1.PodSandboxConfig", "ignored");
  }

  @Test
  void whatIsKnownIsNotTalkedAbout() {
    new UnknownFields().look("RunPodSandbox", RunPodSandboxRequest.getDefaultInstance());
    assertThat(said).isEmpty();
  }
}
