package dev.berth.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.cri.v1.ExecSyncRequest;
import dev.berth.cri.v1.ExecSyncResponse;
import dev.berth.cri.v1.GetEventsRequest;
import dev.berth.cri.v1.RuntimeServiceGrpc;
import dev.berth.cri.v1.StopContainerRequest;
import dev.berth.cri.v1.VersionRequest;
import dev.berth.cri.v1.VersionResponse;
import dev.berth.fault.Fault;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CriServerTest {
  @TempDir Path dir;

  private static VerbService runtime() {
    return new VerbService(RuntimeServiceGrpc.getServiceDescriptor())
        .serve(
            RuntimeServiceGrpc.getVersionMethod(), (_, _) -> VersionResponse.getDefaultInstance());
  }

  private CriServer serve(VerbService service) {
    return CriServer.listen(dir.resolve("s.sock"), 4, List.of(service));
  }

  private CriServer serveExec(Verb<ExecSyncRequest, ExecSyncResponse> verb) {
    return serve(runtime().serve(RuntimeServiceGrpc.getExecSyncMethod(), verb));
  }

  private static RuntimeServiceGrpc.RuntimeServiceBlockingStub stub(CriChannel client) {
    return RuntimeServiceGrpc.newBlockingStub(client.channel())
        .withDeadlineAfter(Duration.ofSeconds(20));
  }

  @Test
  void answersOnASocketOfMode0660ThatGoesWithTheServer() throws Exception {
    try (var _ = serve(runtime());
        var client = new CriChannel(dir.resolve("s.sock"))) {
      assertThat(stub(client).version(VersionRequest.getDefaultInstance())).isNotNull();
      assertThat(Files.getPosixFilePermissions(dir.resolve("s.sock")))
          .isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
    }
    assertThat(dir).isEmptyDirectory();
  }

  /** Calls a method that is in no definition of ours. */
  private static void callUnknown(CriChannel client, String name) {
    var method = RuntimeServiceGrpc.getVersionMethod().toBuilder().setFullMethodName(name).build();
    io.grpc.stub.ClientCalls.blockingUnaryCall(
        client.channel(),
        method,
        io.grpc.CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
        VersionRequest.newBuilder().setVersion("x").build());
  }

  @Test
  void aNewerClientsMethodIsUnimplementedAndAnOlderOneIsToldTheVersion() throws Exception {
    try (var _ = serve(runtime());
        var client = new CriChannel(dir.resolve("s.sock"))) {
      assertThatThrownBy(() -> callUnknown(client, "runtime.v1.RuntimeService/Teleport"))
          .hasMessage(
              "UNIMPLEMENTED: runtime.v1.RuntimeService/Teleport: this runtime has no such method;"
                  + " a later version may have");
      assertThatThrownBy(() -> callUnknown(client, "runtime.v1alpha2.RuntimeService/Version"))
          .hasMessageStartingWith("UNIMPLEMENTED: ")
          .hasMessageContaining("Kubernetes 1.26");
      assertThat(stub(client).version(VersionRequest.getDefaultInstance())).isNotNull();
    }
  }

  @Test
  void methodsWithoutAVerbAreUnimplementedByName() throws Exception {
    try (var _ = serve(runtime());
        var client = new CriChannel(dir.resolve("s.sock"))) {
      assertThatThrownBy(
              () -> stub(client).stopContainer(StopContainerRequest.getDefaultInstance()))
          .hasMessageContaining("UNIMPLEMENTED")
          .hasMessageContaining("StopContainer");
      var events = stub(client).getContainerEvents(GetEventsRequest.getDefaultInstance());
      assertThatThrownBy(events::hasNext).hasMessageContaining("UNIMPLEMENTED");
    }
  }

  @Test
  void aFaultIsItsCodeAndMessage() throws Exception {
    try (var _ =
            serveExec(
                (request, _) -> {
                  throw Fault.InvalidArgument.of("cmd", request.getCmdList(), "must not be empty");
                });
        var client = new CriChannel(dir.resolve("s.sock"))) {
      Status status = failure(client);
      assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(status.getDescription()).isEqualTo("cmd \"[]\": must not be empty");
    }
  }

  @Test
  void anythingElseIsInternalWithAnId() throws Exception {
    try (var _ =
            serveExec(
                (_, _) -> {
                  throw new IOException("read /x: broken");
                });
        var client = new CriChannel(dir.resolve("s.sock"))) {
      Status status = failure(client);
      assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
      assertThat(status.getDescription()).matches("read /x: broken \\(error [0-9a-f]{8}: .*\\)");
    }
  }

  @Test
  void anErrorIsAnsweredToo() throws Exception {
    try (var _ =
            serveExec(
                (_, _) -> {
                  throw new NoClassDefFoundError("x".repeat(100_000));
                });
        var client = new CriChannel(dir.resolve("s.sock"))) {
      assertThat(failure(client).getCode()).isEqualTo(Status.Code.INTERNAL);
    }
  }

  @Test
  void versionAnswersAtOnceWhileEveryOtherThreadIsStuck() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (var _ =
            serveExec(
                (_, _) -> {
                  release.await();
                  return ExecSyncResponse.getDefaultInstance();
                });
        var client = new CriChannel(dir.resolve("s.sock"))) {
      var future = RuntimeServiceGrpc.newFutureStub(client.channel());
      var calls =
          java.util.stream.IntStream.range(0, 50)
              .mapToObj(_ -> future.execSync(ExecSyncRequest.getDefaultInstance()))
              .toList();
      stub(client).version(VersionRequest.getDefaultInstance());
      long begin = System.nanoTime();
      for (int i = 0; i < 20; i++) {
        stub(client).version(VersionRequest.getDefaultInstance());
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begin).dividedBy(20))
          .isLessThan(Duration.ofMillis(50));
      release.countDown();
      for (var call : calls) {
        assertThat(call.get(20, TimeUnit.SECONDS)).isNotNull();
      }
    }
  }

  @Test
  void aVerbIsToldThatItsCallerWentAway() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch told = new CountDownLatch(1);
    AtomicReference<Duration> remaining = new AtomicReference<>();
    try (var _ =
            serveExec(
                (_, context) -> {
                  remaining.set(context.remaining().orElseThrow());
                  try (var _ = context.onCancel(told::countDown)) {
                    inside.countDown();
                    told.await();
                  }
                  throw new Fault.Cancelled("nobody waits");
                });
        var client = new CriChannel(dir.resolve("s.sock"))) {
      var call =
          RuntimeServiceGrpc.newFutureStub(client.channel())
              .withDeadlineAfter(Duration.ofSeconds(30))
              .execSync(ExecSyncRequest.getDefaultInstance());
      assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(remaining.get()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30));
      call.cancel(true);
      assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aDeadlineIsTheCallersWithoutTheVerbsHelp() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    try (var _ =
            serveExec(
                (_, _) -> {
                  release.await();
                  return ExecSyncResponse.getDefaultInstance();
                });
        var client = new CriChannel(dir.resolve("s.sock"))) {
      var late =
          RuntimeServiceGrpc.newBlockingStub(client.channel())
              .withDeadlineAfter(Duration.ofMillis(200));
      assertThatThrownBy(() -> late.execSync(ExecSyncRequest.getDefaultInstance()))
          .hasMessageContaining("DEADLINE_EXCEEDED");
      release.countDown();
      await().untilAsserted(() -> assertThat(stub(client).version(anything())).isNotNull());
    }
  }

  @Test
  void messagesUpTo16MebibytesAreTaken() throws Exception {
    try (var _ = serveExec((_, _) -> ExecSyncResponse.getDefaultInstance());
        var client = new CriChannel(dir.resolve("s.sock"))) {
      String big = "x".repeat((16 << 20) - 100);
      assertThat(stub(client).execSync(ExecSyncRequest.newBuilder().addCmd(big).build()))
          .isNotNull();
      var tooBig = ExecSyncRequest.newBuilder().addCmd(big + "x".repeat(200)).build();
      assertThatThrownBy(() -> stub(client).execSync(tooBig))
          .hasMessageContaining("RESOURCE_EXHAUSTED");
    }
  }

  @Test
  void aSocketOfALiveProcessIsRefusedAndADeadOneReplaced() throws Exception {
    Path socket = dir.resolve("s.sock");
    try (var other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(socket));
      assertThatThrownBy(() -> serve(runtime()))
          .isInstanceOf(Fault.FailedPrecondition.class)
          .hasMessageContaining(socket.toString())
          .hasMessageContaining("already listens");
    }
    assertThat(socket).exists();
    try (var _ = serve(runtime());
        var client = new CriChannel(socket)) {
      assertThat(stub(client).version(anything())).isNotNull();
    }
  }

  @Test
  void aFileThatIsNoSocketIsLeftAlone() throws Exception {
    Files.writeString(dir.resolve("s.sock"), "mine");
    assertThatThrownBy(() -> serve(runtime())).hasMessageContaining("no socket");
    assertThat(dir.resolve("s.sock")).hasContent("mine");
  }

  @Test
  void aSocketThatWasReplacedIsNotTakenAway() throws Exception {
    Path socket = dir.resolve("s.sock");
    try (var _ = serve(runtime())) {
      Files.delete(socket);
      Files.writeString(socket, "somebody else's");
    }
    assertThat(socket).hasContent("somebody else's");
  }

  private static VersionRequest anything() {
    return VersionRequest.getDefaultInstance();
  }

  private static Status failure(CriChannel client) {
    try {
      stub(client).execSync(ExecSyncRequest.getDefaultInstance());
      throw new AssertionError("the call succeeded");
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }
}
