package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.berth.config.BerthConfig;
import dev.berth.config.ConfigInForce;
import dev.berth.config.ConfigLoader;
import dev.berth.cri.v1.RuntimeV1Proto;
import dev.berth.daemon.CriServices;
import dev.berth.daemon.InstanceId;
import dev.berth.node.Node;
import dev.berth.node.Remains;
import dev.berth.rpc.CriChannel;
import dev.berth.rpc.CriServer;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CriCoverageKernelTest {
  private static final Path PAGE = Path.of("../docs/cri-coverage.md");

  @TempDir Path dir;

  @Test
  void thePageSaysWhatTheServerAnswers() throws Exception {
    assumeThat(System.getProperty("user.name"))
        .as("a node is opened: needs root")
        .isEqualTo("root");
    String page = Files.exists(PAGE) ? Files.readString(PAGE) : "";
    String right = new CoveragePage(RuntimeV1Proto.getDescriptor(), answered(), page).render();
    if (Boolean.getBoolean("berth.docs.write")) {
      Files.writeString(PAGE, right);
    }
    assertThat(Files.readString(PAGE))
        .as("docs/cri-coverage.md; run this test with -Dberth.docs.write=true to renew it")
        .isEqualTo(right);
  }

  /** Calls every method with an empty request: which ones answer something else than "not here". */
  private Set<String> answered() throws Exception {
    Files.createDirectories(dir.resolve("root"));
    Files.createDirectories(dir.resolve("state"));
    ConfigLoader loader =
        new ConfigLoader()
            .set("--root", "root", dir.resolve("root").toString())
            .set("--state", "state", dir.resolve("state").toString())
            .set("network.pod_cidrs=10.221.254.0/24");
    BerthConfig config = loader.load();
    Set<String> answered = new TreeSet<>();
    try (CriServices node =
            Node.opener(ConfigInForce.read(loader)).open(config, InstanceId.of(config.root()));
        var _ = CriServer.listen(config.socket(), 4, node.services());
        var client = new CriChannel(config.socket())) {
      for (var service : node.services()) {
        for (var method : service.bindService().getMethods()) {
          if (statusOf(client, method) != Status.Code.UNIMPLEMENTED) {
            answered.add(name(method));
          }
        }
      }
    }
    Remains.remove(config, InstanceId.of(config.root()));
    return answered;
  }

  private static Status.Code statusOf(CriChannel client, ServerMethodDefinition<?, ?> method) {
    var raw =
        MethodDescriptor.<InputStream, InputStream>newBuilder(new Bytes(), new Bytes())
            .setFullMethodName(method.getMethodDescriptor().getFullMethodName())
            .setType(method.getMethodDescriptor().getType())
            .build();
    try {
      // a stream of events does not end, and says nothing as long as nothing happens
      long seconds = raw.getType() == MethodDescriptor.MethodType.UNARY ? 30 : 1;
      var options = CallOptions.DEFAULT.withDeadlineAfter(seconds, TimeUnit.SECONDS);
      var answers =
          ClientCalls.blockingServerStreamingCall(
              client.channel(), raw, options, InputStream.nullInputStream());
      return answers.hasNext() ? Status.Code.OK : Status.Code.UNKNOWN;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private static String name(ServerMethodDefinition<?, ?> method) {
    String full = method.getMethodDescriptor().getFullMethodName();
    return full.substring(full.indexOf('/') + 1);
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<InputStream> {
    @Override
    public InputStream stream(InputStream value) {
      return value;
    }

    @Override
    public InputStream parse(InputStream stream) {
      return new ByteArrayInputStream(new byte[0]);
    }
  }
}
