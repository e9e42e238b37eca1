package dev.berth.e2e.bench;

import dev.berth.cri.v1.RuntimeServiceGrpc;
import dev.berth.e2e.cri.CriClient;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Lives on a server of the benchmark's own, which answers everything at once and with nothing. */
final class WarmUp {
  private static final int LIVES = 1500;

  private WarmUp() {}

  /** Makes the client's code paths warm; nothing of it reaches a daemon. */
  static void client() throws IOException {
    Path folder = Files.createTempDirectory("berth-bench");
    Path socket = folder.resolve("s");
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("warm-up", true), EpollIoHandler.newFactory());
    Server server =
        NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            .channelType(EpollServerDomainSocketChannel.class)
            .directExecutor()
            .addService(yesToAll())
            .build()
            .start();
    try (CriClient client = new CriClient(socket)) {
      Round _ = Round.run(new PodLife(client, "none", "", folder), "warm", LIVES, 2);
    } finally {
      server.shutdownNow();
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
      Files.deleteIfExists(socket);
      Files.delete(folder);
    }
  }

  private static ServerServiceDefinition yesToAll() {
    ServerServiceDefinition.Builder service =
        ServerServiceDefinition.builder(RuntimeServiceGrpc.SERVICE_NAME);
    for (MethodDescriptor<?, ?> method : RuntimeServiceGrpc.getServiceDescriptor().getMethods()) {
      if (method.getType() == MethodDescriptor.MethodType.UNARY) {
        yes(service, method);
      }
    }
    return service.build();
  }

  /** A message without any field is an empty one of every type. */
  private static <Q, R> void yes(
      ServerServiceDefinition.Builder service, MethodDescriptor<Q, R> method) {
    R nothing = method.parseResponse(new ByteArrayInputStream(new byte[0]));
    service.addMethod(
        method,
        ServerCalls.asyncUnaryCall(
            (request, observer) -> {
              observer.onNext(nothing);
              observer.onCompleted();
            }));
  }
}
