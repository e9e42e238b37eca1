package dev.berth.image.layer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.fault.Fault;
import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Fd;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.OpenFlags;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Unpacks one layer into an empty directory while it arrives, and says at the end whether what came
 * was what was stated.
 */
public final class LayerUnpacker {
  /** Headers are small, and every read below costs a native call and a step of the hash. */
  private static final int BUFFER = 128 << 10;

  private static final int FILE_MODE = 0644;

  private final Kernel kernel;
  private final LayerLimits limits;

  /** An unpacker with these bounds. */
  public LayerUnpacker(Kernel kernel, LayerLimits limits) {
    this.kernel = kernel;
    this.limits = limits;
  }

  /**
   * Unpacks.
   *
   * @param source the layer as stored; read to its end, not closed. A fault it throws passes
   *     through
   * @param directory the layer's directory, existing and empty
   * @throws Fault.DataLoss the bytes do not have the stated digest, length or diff ID
   * @throws Fault.InvalidArgument they have, but are no layer that can be unpacked
   * @throws Fault.ResourceExhausted the disk is full
   */
  public LayerUsage unpack(InputStream source, LayerBlob layer, Path directory) {
    VerifiedStream blob = new VerifiedStream(source, layer.digest().algorithm(), layer.size());
    try (InputStream plain = tarOf(blob, layer)) {
      VerifiedStream tar = new VerifiedStream(plain, layer.diffId().algorithm(), limits.maxBytes());
      LayerUsage usage = write(tar, layer, directory);
      tar.drain();
      blob.drain();
      blob.verify(layer.digest(), layer.size(), layer.what());
      if (layer.file().isEmpty()) {
        tar.verify(layer.diffId(), tar.count(), layer.what() + ": uncompressed content");
      }
      return usage;
    } catch (IOException e) {
      throw explained(e, blob, layer);
    }
  }

  /** A file's name is as hostile as any in a tar, so it takes the same way. */
  private static InputStream tarOf(InputStream blob, LayerBlob layer) throws IOException {
    if (layer.file().isEmpty()) {
      return Decompression.of(blob);
    }
    String name = layer.file().get();
    if (name.getBytes(UTF_8).length > TarHeader.MAX_NAME) {
      throw new BadLayerException(
          "file \"" + name + "\": its name is longer than " + TarHeader.MAX_NAME + " bytes");
    }
    byte[] end = new byte[TarHeader.padding(layer.size()) + 2 * TarHeader.BLOCK];
    return new SequenceInputStream(
        new ByteArrayInputStream(TarHeader.file(name, FILE_MODE, layer.size())),
        new SequenceInputStream(blob, new ByteArrayInputStream(end)));
  }

  private LayerUsage write(VerifiedStream tar, LayerBlob layer, Path directory) throws IOException {
    int flags = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW;
    try (Fd root = kernel.tree().open(Fd.CWD, directory.toString(), flags, 0);
        LayerWriter writer = new LayerWriter(kernel, root)) {
      TarReader reader = new TarReader(new BufferedInputStream(tar, BUFFER));
      long entries = 0;
      Optional<TarEntry> entry = reader.next();
      while (entry.isPresent()) {
        if (++entries > limits.maxEntries()) {
          throw new BadLayerException("more than " + limits.maxEntries() + " entries");
        }
        apply(writer, entry.get(), reader);
        entry = reader.next();
      }
      LayerUsage counted = writer.finish();
      return writer.hasReplaced() ? TreeUsage.of(kernel, directory) : counted;
    } catch (ErrnoException e) {
      if (full(e)) {
        throw new Fault.ResourceExhausted(message(layer, e), e);
      }
      throw e;
    }
  }

  private static void apply(LayerWriter writer, TarEntry entry, TarReader reader)
      throws IOException {
    try {
      writer.apply(entry, reader);
    } catch (BadLayerException e) {
      throw new BadLayerException(about(entry) + e.getMessage(), e);
    } catch (ErrnoException e) {
      throw blamesEntry(e) ? new BadLayerException(about(entry) + e.getMessage(), e) : e;
    }
  }

  private static String about(TarEntry entry) {
    return "entry \"" + entry.shown() + "\": ";
  }

  /** Refusals that the entry's own name, target or attributes cause. */
  private static boolean blamesEntry(ErrnoException e) {
    return switch (e.errno()) {
      case Errno.ENOENT,
          Errno.ENOTDIR,
          Errno.EISDIR,
          Errno.ELOOP,
          Errno.EXDEV,
          Errno.EEXIST,
          Errno.EINVAL,
          Errno.EMLINK,
          Errno.EPERM,
          Errno.ENAMETOOLONG ->
          true;
      default -> false;
    };
  }

  private static boolean full(ErrnoException e) {
    return e.is(Errno.ENOSPC) || e.is(Errno.EDQUOT);
  }

  /**
   * What a failure in the middle means. When the rest of the stream shows that the bytes were not
   * the stated ones, that is the reason, not what the wrong bytes led to.
   */
  private static Fault explained(IOException e, VerifiedStream blob, LayerBlob layer) {
    if (e instanceof ErrnoException) {
      return new Fault.Internal(message(layer, e), e);
    }
    try {
      blob.drain();
      blob.verify(layer.digest(), layer.size(), layer.what());
    } catch (Fault.DataLoss mismatch) {
      mismatch.addSuppressed(e);
      return mismatch;
    } catch (IOException longer) {
      return new Fault.DataLoss(layer.what() + ": digest mismatch, " + longer.getMessage(), longer);
    }
    return new Fault.InvalidArgument(message(layer, e), e);
  }

  private static String message(LayerBlob layer, IOException e) {
    return "unpacking " + layer.what() + ": " + e.getMessage();
  }
}
