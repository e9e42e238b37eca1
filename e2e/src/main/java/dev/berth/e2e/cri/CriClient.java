package dev.berth.e2e.cri;

import dev.berth.api.v1.NodeGrpc;
import dev.berth.api.v1.NodeGrpc.NodeBlockingStub;
import dev.berth.cri.v1.ImageServiceGrpc;
import dev.berth.cri.v1.ImageServiceGrpc.ImageServiceBlockingStub;
import dev.berth.cri.v1.RuntimeServiceGrpc;
import dev.berth.cri.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** One connection to a CRI socket, made again when the daemon comes back. */
public final class CriClient implements AutoCloseable {
  /** What gRPC accepts in one message, both ways: 16 MiB, as the kubelet has it. */
  public static final int MESSAGE_BYTES = 16 << 20;

  private static final long DEADLINE_SECONDS = 60;

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("cri-client", true), EpollIoHandler.newFactory());
  private final ManagedChannel channel;

  /**
   * Prepares a connection; it is made at the first call.
   *
   * @param interceptors see every call, the last one first
   */
  public CriClient(Path socket, ClientInterceptor... interceptors) {
    channel =
        NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .eventLoopGroup(loop)
            .channelType(EpollDomainSocketChannel.class, DomainSocketAddress.class)
            .overrideAuthority("localhost")
            .withOption(ChannelOption.SO_KEEPALIVE, null) // a unix socket has no such option
            .intercept(interceptors)
            .maxInboundMessageSize(MESSAGE_BYTES)
            .usePlaintext()
            .directExecutor()
            .build();
  }

  /** Calls about pods and containers, each ended after a minute. */
  public RuntimeServiceBlockingStub runtime() {
    return RuntimeServiceGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  /** Calls about images, each ended after a minute. */
  public ImageServiceBlockingStub images() {
    return ImageServiceGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  /** What Berth answers beside the CRI, each call ended after a minute. */
  public NodeBlockingStub node() {
    return NodeGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  /** Calls about pods and containers that answer by a future. */
  public RuntimeServiceGrpc.RuntimeServiceFutureStub runtimeLater() {
    return RuntimeServiceGrpc.newFutureStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  /** Calls about images that answer by a future. */
  public ImageServiceGrpc.ImageServiceFutureStub imagesLater() {
    return ImageServiceGrpc.newFutureStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  /** Connects now: a client that saw its daemon die would wait longer before every try. */
  public void reconnect() {
    channel.resetConnectBackoff();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
