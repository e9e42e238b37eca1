package dev.berth.rpc;

import dev.berth.fault.Fault;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A gRPC server on a unix socket. */
public final class CriServer implements Closeable {
  /** What the kubelet's side sends and accepts at most. */
  private static final int LARGEST_MESSAGE = 16 << 20;

  private static final int CALLS_PER_CONNECTION = 1000;

  private final SocketFile file;
  private final CallPools pools;
  private final EventLoopGroup loop;
  private final Server server;
  private final List<? extends BindableService> services;

  private CriServer(
      SocketFile file,
      CallPools pools,
      EventLoopGroup loop,
      Server server,
      List<? extends BindableService> services) {
    this.file = file;
    this.pools = pools;
    this.loop = loop;
    this.server = server;
    this.services = services;
  }

  /**
   * Listens.
   *
   * @param socket absolute path; its directory exists
   * @param workers how many verbs that change something run at once
   * @return the server, reachable
   * @throws Fault.FailedPrecondition somebody else listens there
   * @throws Fault.Internal the socket cannot be made
   */
  public static CriServer listen(
      Path socket, int workers, List<? extends BindableService> services) {
    SocketFile file = new SocketFile(socket);
    CallPools pools = new CallPools(workers);
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("cri-socket", true), EpollIoHandler.newFactory());
    try {
      file.prepare();
      Server server = build(file.binding(), pools, loop, services).start();
      file.publish();
      return new CriServer(file, pools, loop, server, services);
    } catch (IOException e) {
      var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw new Fault.Internal("listen on " + socket + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw e;
    }
  }

  private static Server build(
      Path binding,
      CallPools pools,
      EventLoopGroup loop,
      List<? extends BindableService> services) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new DomainSocketAddress(binding.toFile()))
            .channelType(EpollServerDomainSocketChannel.class)
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            // Methods are looked up on the socket's thread: one hop less a call. Verbs never run
            // there, the supplier gives every call a pool.
            .directExecutor()
            .callExecutor(pools)
            .fallbackHandlerRegistry(new UnknownMethods())
            .intercept(new TraceContext())
            .intercept(new FaultInterceptor())
            .maxInboundMessageSize(LARGEST_MESSAGE)
            .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
            .permitKeepAliveTime(10, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true);
    withoutKeepAlive(builder);
    services.forEach(builder::addService);
    return builder.build();
  }

  /** gRPC asks for TCP's keep-alive, which a unix socket does not have: netty would warn of it. */
  @SuppressWarnings("NullAway") // netty's way to say "not this option"
  private static void withoutKeepAlive(NettyServerBuilder builder) {
    builder.withChildOption(ChannelOption.SO_KEEPALIVE, null);
  }

  /**
   * Takes no more calls, waits a moment for those that run, and takes the socket away.
   *
   * <p>An interrupt shortens the waiting.
   *
   * @throws IOException the socket's file cannot be removed
   */
  @Override
  public void close() throws IOException {
    try {
      file.withdraw();
    } finally {
      server.shutdown();
      services.forEach(CriServer::endStreams);
      try {
        end();
      } catch (InterruptedException e) {
        server.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void endStreams(BindableService service) {
    if (service instanceof VerbService verbs) {
      verbs.endStreams();
    }
  }

  private void end() throws InterruptedException {
    if (!server.awaitTermination(2, TimeUnit.SECONDS)) {
      server.shutdownNow();
    }
    pools.end(1, TimeUnit.SECONDS);
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(2, TimeUnit.SECONDS);
  }
}
