package dev.berth.image.layer;

import dev.berth.image.layer.TarEntry.Kind;
import dev.berth.kernel.Device;
import dev.berth.kernel.Timestamp;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the members of a tar stream: ustar, pax and the GNU forms of long names and large numbers.
 *
 * <p>Names stay bytes, since they need not be UTF-8. Extended headers and names are bounded before
 * memory is taken for them. Sparse files, multi-volume members and unknown types are refused.
 */
public final class TarReader {
  private static final int BLOCK = 512;
  private static final int MAX_EXTENDED = 1 << 20;
  private static final int MAX_NAME = 4096;
  private static final int MAX_HEADERS_PER_ENTRY = 16;

  private final InputStream in;
  private final byte[] block = new byte[BLOCK];
  private PaxHeaders global = new PaxHeaders();
  private PaxHeaders local = new PaxHeaders();
  private byte @Nullable [] longPath;
  private byte @Nullable [] longTarget;
  private long remaining;
  private int padding;

  /** A reader over a decompressed stream, which the caller closes. */
  public TarReader(InputStream in) {
    this.in = in;
  }

  /**
   * The next member; what is left of the content of the one before is skipped.
   *
   * @return empty at the end of the archive
   * @throws BadLayerException the stream is not a tar that Berth reads
   */
  public Optional<TarEntry> next() throws IOException {
    skipContent();
    local = global.copy();
    longPath = null;
    longTarget = null;
    for (int headers = 0; headers < MAX_HEADERS_PER_ENTRY; headers++) {
      if (!readHeader()) {
        return Optional.empty();
      }
      if (!readExtension()) {
        return Optional.of(entry());
      }
    }
    throw new BadLayerException("too many extended headers in a row");
  }

  /**
   * Reads content of the current member.
   *
   * @return bytes read, −1 at the end of the member
   */
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (remaining == 0) {
      return -1;
    }
    int n = in.read(buffer, offset, (int) Math.min(length, remaining));
    if (n < 0) {
      throw new EOFException("the tar stream ends inside a member");
    }
    remaining -= n;
    return n;
  }

  private void skipContent() throws IOException {
    in.skipNBytes(remaining + padding);
    remaining = 0;
    padding = 0;
  }

  /** Reads a header block; false at the end, which is a block of zeros or the stream's end. */
  private boolean readHeader() throws IOException {
    int n = in.readNBytes(block, 0, BLOCK);
    if (n == 0) {
      return false;
    }
    if (n < BLOCK) {
      throw new EOFException("the tar stream ends inside a header");
    }
    if (isZero()) {
      return false;
    }
    checkSum();
    return true;
  }

  private boolean isZero() {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /** The sum of all bytes with the sum's own field as spaces; some writers took bytes as signed. */
  private void checkSum() throws BadLayerException {
    long unsigned = 0;
    long signed = 0;
    for (int i = 0; i < BLOCK; i++) {
      byte b = i >= 148 && i < 156 ? (byte) ' ' : block[i];
      unsigned += b & 0xff;
      signed += b;
    }
    long stated = statedSum();
    if (stated != unsigned && stated != signed) {
      throw new BadLayerException("a header's checksum is wrong: this is not a tar stream");
    }
  }

  private long statedSum() {
    try {
      return TarNumbers.field(block, 148, 8, "checksum");
    } catch (BadLayerException e) {
      return -1;
    }
  }

  /** Takes in a header that only says something about the member to come. */
  private boolean readExtension() throws IOException {
    switch (block[156]) {
      case 'x' -> local.add(extended(MAX_EXTENDED));
      case 'g' -> {
        global = global.copy();
        byte[] records = extended(MAX_EXTENDED);
        global.add(records);
        local.add(records);
      }
      case 'L' -> longPath = untilNul(extended(MAX_NAME + 1));
      case 'K' -> longTarget = untilNul(extended(MAX_NAME + 1));
      default -> {
        return false;
      }
    }
    return true;
  }

  private byte[] extended(int max) throws IOException {
    long size = TarNumbers.field(block, 124, 12, "size");
    if (size < 0 || size > max) {
      throw new BadLayerException("an extended header of " + size + " bytes, at most " + max);
    }
    byte[] content = in.readNBytes((int) size);
    if (content.length < size) {
      throw new EOFException("the tar stream ends inside an extended header");
    }
    in.skipNBytes(pad(size));
    return content;
  }

  /** Members other than files have no content, whatever size they state (as Go reads them). */
  private TarEntry entry() throws IOException {
    Kind kind = kind();
    long size = size();
    boolean hasContent = kind == Kind.FILE;
    remaining = hasContent ? size : 0;
    padding = pad(remaining);
    boolean link = kind == Kind.SYMLINK || kind == Kind.HARD_LINK;
    return new TarEntry(
        kind,
        path(),
        link ? target() : new byte[0],
        (int) TarNumbers.field(block, 100, 8, "mode") & 07777,
        TarNumbers.id(number("uid", 108, 8), "uid"),
        TarNumbers.id(number("gid", 116, 8), "gid"),
        remaining,
        modified(),
        kind == Kind.CHARACTER_DEVICE || kind == Kind.BLOCK_DEVICE ? device() : Device.NONE,
        local.isEmpty() ? Map.of() : local.xattrs());
  }

  private Kind kind() throws BadLayerException {
    return switch (block[156]) {
      case '0', '7' -> Kind.FILE;
      case 0 -> oldStyleDirectory() ? Kind.DIRECTORY : Kind.FILE;
      case '1' -> Kind.HARD_LINK;
      case '2' -> Kind.SYMLINK;
      case '3' -> Kind.CHARACTER_DEVICE;
      case '4' -> Kind.BLOCK_DEVICE;
      case '5' -> Kind.DIRECTORY;
      case '6' -> Kind.FIFO;
      case 'S' -> throw new BadLayerException("sparse files are not supported in layers");
      default ->
          throw new BadLayerException(
              "members of type " + (block[156] & 0xff) + " are not supported in layers");
    };
  }

  /** Before ustar a directory was a file whose name ends with a slash. */
  private boolean oldStyleDirectory() throws BadLayerException {
    byte[] path = path();
    return path.length > 0 && path[path.length - 1] == '/';
  }

  private long size() throws BadLayerException {
    long size = number("size", 124, 12);
    if (size < 0 || size > Long.MAX_VALUE - BLOCK) {
      throw new BadLayerException("a member of " + size + " bytes");
    }
    return size;
  }

  private long number(String key, int offset, int length) throws BadLayerException {
    byte[] record = local.get(key);
    return record != null
        ? TarNumbers.decimal(record, key)
        : TarNumbers.field(block, offset, length, key);
  }

  private Timestamp modified() throws BadLayerException {
    byte[] record = local.get("mtime");
    return record != null
        ? TarNumbers.time(record, "mtime")
        : new Timestamp(TarNumbers.field(block, 136, 12, "mtime"), 0);
  }

  private Device device() throws BadLayerException {
    long major = TarNumbers.field(block, 329, 8, "major");
    long minor = TarNumbers.field(block, 337, 8, "minor");
    if (major < 0 || major > 0xfff || minor < 0 || minor > 0xfffff) {
      throw new BadLayerException("device " + major + ":" + minor + " cannot be");
    }
    return new Device((int) major, (int) minor);
  }

  private byte[] path() throws BadLayerException {
    byte[] record = local.get("path");
    if (record != null) {
      return checked(record, "path");
    }
    return checked(longPath != null ? longPath : headerPath(), "path");
  }

  private byte[] headerPath() {
    byte[] name = text(0, 100);
    boolean ustar = block[257] == 'u' && block[262] == 0;
    byte[] prefix = ustar ? text(345, 155) : new byte[0];
    if (prefix.length == 0) {
      return name;
    }
    byte[] joined = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
    joined[prefix.length] = '/';
    System.arraycopy(name, 0, joined, prefix.length + 1, name.length);
    return joined;
  }

  private byte[] target() throws BadLayerException {
    byte[] record = local.get("linkpath");
    if (record != null) {
      return checked(record, "link target");
    }
    return checked(longTarget != null ? longTarget : text(157, 100), "link target");
  }

  private static byte[] checked(byte[] name, String what) throws BadLayerException {
    if (name.length == 0 || name.length >= MAX_NAME) {
      throw new BadLayerException("a " + what + " of " + name.length + " bytes");
    }
    for (byte b : name) {
      if (b == 0) {
        throw new BadLayerException("a " + what + " holds a NUL byte");
      }
    }
    return name;
  }

  private byte[] text(int offset, int length) {
    return untilNul(Arrays.copyOfRange(block, offset, offset + length));
  }

  private static byte[] untilNul(byte[] text) {
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return Arrays.copyOf(text, end);
  }

  private static int pad(long size) {
    return (int) (-size & (BLOCK - 1));
  }
}
