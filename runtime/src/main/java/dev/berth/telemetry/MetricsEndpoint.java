package dev.berth.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.fault.Fault;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Answers {@code GET /metrics} on a socket of its own, with a thread of its own.
 *
 * <p>Whoever can reach the address can read it, as with every Prometheus endpoint: there is nothing
 * on it but figures about the node.
 */
public final class MetricsEndpoint implements Closeable {
  private static final String UNIX = "unix:";
  private static final int IDLE_SECONDS = 30;

  /** Of a file's mode, inode(7): what kind it is, and the kind of sockets. */
  private static final int TYPE = 0170000;

  private static final int SOCKET = 0140000;
  private static final int LARGEST_REQUEST = 8 * 1024;

  private final EventLoopGroup loop;

  private MetricsEndpoint(EventLoopGroup loop) {
    this.loop = loop;
  }

  /**
   * Listens.
   *
   * @param address {@code unix:/PATH}, or {@code ADDRESS:PORT} with a literal address
   * @throws Fault.FailedPrecondition nothing can listen there
   */
  public static MetricsEndpoint listen(String address, Supplier<String> page) {
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("berth-metrics", true), EpollIoHandler.newFactory());
    try {
      var _ = bootstrap(loop, address.startsWith(UNIX), page).bind(parse(address)).sync();
      return new MetricsEndpoint(loop);
    } catch (Exception e) {
      var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new Fault.FailedPrecondition("serve metrics on " + address + ": " + e.getMessage(), e);
    }
  }

  private static SocketAddress parse(String address) throws IOException {
    if (address.startsWith(UNIX)) {
      Path path = Path.of(address.substring(UNIX.length()));
      removeSocket(path);
      return new DomainSocketAddress(path.toString());
    }
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, colon).replace("[", "").replace("]", "");
    return new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1)));
  }

  /** Of an earlier daemon; anything else at that path is the operator's, and stays. */
  private static void removeSocket(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Object mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if (((int) mode & TYPE) != SOCKET) {
      throw new IOException("there is a file that is no socket");
    }
    Files.delete(path);
  }

  private static ServerBootstrap bootstrap(
      EventLoopGroup loop, boolean unix, Supplier<String> page) {
    Class<? extends ServerChannel> type =
        unix ? EpollServerDomainSocketChannel.class : EpollServerSocketChannel.class;
    return new ServerBootstrap()
        .group(loop)
        .channel(type)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                    .addLast(new HttpServerCodec())
                    .addLast(new HttpObjectAggregator(LARGEST_REQUEST))
                    .addLast(new Answer(page));
              }
            });
  }

  private static final class Answer extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final Supplier<String> page;

    Answer(Supplier<String> page) {
      this.page = page;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      boolean known = request.method().equals(HttpMethod.GET) && request.uri().equals("/metrics");
      byte[] body = (known ? page.get() : "see /metrics\n").getBytes(UTF_8);
      var response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              known ? HttpResponseStatus.OK : HttpResponseStatus.NOT_FOUND,
              Unpooled.wrappedBuffer(body));
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, known ? Exposition.MEDIA_TYPE : "text/plain")
          .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
          .set(HttpHeaderNames.CONNECTION, "close");
      context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
