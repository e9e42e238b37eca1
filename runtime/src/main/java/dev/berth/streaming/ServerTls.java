package dev.berth.streaming;

import dev.berth.config.BerthConfig;
import dev.berth.fault.Fault;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's certificate. Its files are looked at for every connection and read anew when they
 * have changed; while what is there cannot be used, the last good one is. Safe for use by several
 * threads.
 */
final class ServerTls {
  private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

  /** A file as it was; another inode, size or time is another file. */
  private record Seen(Object key, long size, long modified) {
    static Seen of(Path file) throws IOException {
      var now = Files.readAttributes(file, BasicFileAttributes.class);
      return new Seen(String.valueOf(now.fileKey()), now.size(), now.lastModifiedTime().toMillis());
    }
  }

  private final BerthConfig.StreamingTls config;
  private List<Seen> seen = List.of();
  private SslContext context;

  /**
   * Reads the files.
   *
   * @throws Fault.Internal they cannot be read or do not belong together
   */
  ServerTls(BerthConfig.StreamingTls config) {
    this.config = config;
    try {
      this.seen = look();
      this.context = read();
    } catch (IOException | IllegalArgumentException e) {
      throw new Fault.Internal(
          "streaming: read certificate " + config.certificate() + ": " + e.getMessage(), e);
    }
  }

  private List<Seen> look() throws IOException {
    return List.of(Seen.of(config.certificate()), Seen.of(config.key()));
  }

  private SslContext read() throws IOException {
    List<String> versions =
        config.minimum().equals("1.3") ? List.of("TLSv1.3") : List.of("TLSv1.2", "TLSv1.3");
    return SslContextBuilder.forServer(config.certificate().toFile(), config.key().toFile())
        .protocols(versions)
        .build();
  }

  /** The handler of a new connection. */
  synchronized SslHandler handler(ByteBufAllocator allocator) {
    try {
      List<Seen> now = look();
      if (!now.equals(seen)) {
        context = read();
        seen = now;
      }
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("streaming: the new certificate cannot be used: {}", e.getMessage());
    }
    return context.newHandler(allocator);
  }
}
