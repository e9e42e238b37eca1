package dev.berth.streaming;

import dev.berth.config.BerthConfig;
import dev.berth.fault.Fault;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.Closeable;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server that exec, attach and port-forward are streamed from: one request a connection,
 * which shows a token and leaves HTTP.
 *
 * <p>Bounds: {@link #CONNECTIONS} at a time, a request line of 4 KiB and headers of 16 KiB, the
 * configured time until the streams stand and without traffic, {@link #WATER} of output queued a
 * connection, {@link dev.berth.streaming.spdy.Limits}, and the pools' threads.
 */
public final class StreamingServer implements Closeable {
  /** Connections at a time; more are closed at once. */
  static final int CONNECTIONS = 512;

  /** Output that waits for a client: above the high mark its source is not read any more. */
  static final WriteBufferWaterMark WATER = new WriteBufferWaterMark(32 << 10, 64 << 10);

  private static final int LINE_BYTES = 4 << 10;
  private static final int HEADER_BYTES = 16 << 10;
  private static final int LOOPS = 2;
  private static final int CALLS = 16;
  private static final int WAITING_CALLS = 1024;

  private final BerthConfig.Streaming config;
  private final Tokens tokens = new Tokens(System::nanoTime);
  private final AtomicInteger connections = new AtomicInteger();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          LOOPS, new DefaultThreadFactory("berth-streams", true), EpollIoHandler.newFactory());
  private final ThreadPoolExecutor calls = pool();
  private final @Nullable ServerTls tls;
  private final Channel listener;

  private StreamingServer(BerthConfig.Streaming config) {
    this.config = config;
    this.tls = config.tls().map(ServerTls::new).orElse(null);
    this.listener = bind();
  }

  private static ThreadPoolExecutor pool() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            CALLS,
            CALLS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_CALLS),
            Thread.ofPlatform().name("berth-stream-calls-", 0).daemon().factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Listens.
   *
   * @throws Fault.Internal the address cannot be bound, or the certificate cannot be read
   */
  public static StreamingServer listen(BerthConfig.Streaming config) {
    return new StreamingServer(config);
  }

  private Channel bind() {
    InetSocketAddress address = new InetSocketAddress(config.address(), config.port());
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(EpollServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, CONNECTIONS)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
            .childHandler(new Initializer())
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      close();
      Throwable cause = bound.cause();
      throw new Fault.Internal(
          "streaming: listen on " + address + ": " + cause.getMessage(), cause);
    }
    return bound.channel();
  }

  /** What every connection begins with. */
  private final class Initializer extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      if (connections.incrementAndGet() > CONNECTIONS) {
        connections.decrementAndGet();
        var _ = channel.close();
        return;
      }
      channel.closeFuture().addListener(_ -> connections.decrementAndGet());
      if (tls != null) {
        channel.pipeline().addLast(tls.handler(channel.alloc()));
      }
      Duration patience = config.creationTimeout();
      channel
          .pipeline()
          .addLast(new Deadlines(patience, config.idleTimeout()))
          .addLast(new HttpServerCodec(LINE_BYTES, HEADER_BYTES, HEADER_BYTES))
          .addLast(new UpgradeHandler(tokens, new Conversations(calls, patience)));
    }
  }

  /** Where shims are waited for on behalf of clients. */
  Executor calls() {
    return calls;
  }

  /**
   * A URL that a client may use once, within a minute.
   *
   * @throws Fault.ResourceExhausted too many are waiting to be used
   */
  String url(Grant grant) {
    InetSocketAddress bound = (InetSocketAddress) listener.localAddress();
    String host = config.address().getHostAddress();
    return (tls == null ? "http" : "https")
        + "://"
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + bound.getPort()
        + "/"
        + grant.word()
        + "/"
        + tokens.issue(grant);
  }

  /** How many connections there are. */
  int connections() {
    return connections.get();
  }

  /** Ends all conversations: their clients see the connection close. */
  @Override
  public void close() {
    calls.shutdown();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
