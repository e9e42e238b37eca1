package dev.berth.image.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.image.reference.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** Writes tar streams, right ones and wrong ones, header by header. */
public final class TarBuilder {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int mode = 0644;
  private int uid;
  private int gid;
  private long mtime = 1_000_000_000;
  private String major = "";
  private String minor = "";

  public TarBuilder mode(int value) {
    mode = value;
    return this;
  }

  public TarBuilder owner(int newUid, int newGid) {
    uid = newUid;
    gid = newGid;
    return this;
  }

  public TarBuilder mtime(long value) {
    mtime = value;
    return this;
  }

  public TarBuilder file(String name, String content) {
    return file(name, content.getBytes(UTF_8));
  }

  public TarBuilder file(String name, byte[] content) {
    header(name, '0', "", octal(content.length, 12));
    return content(content);
  }

  public TarBuilder dir(String name) {
    return header(name, '5', "", octal(0, 12));
  }

  public TarBuilder symlink(String name, String target) {
    return header(name, '2', target, octal(0, 12));
  }

  public TarBuilder hardLink(String name, String target) {
    return header(name, '1', target, octal(0, 12));
  }

  public TarBuilder device(String name, char type, int majorNumber, int minorNumber) {
    major = octal(majorNumber, 8);
    minor = octal(minorNumber, 8);
    header(name, type, "", octal(0, 12));
    major = "";
    minor = "";
    return this;
  }

  public TarBuilder fifo(String name) {
    return header(name, '6', "", octal(0, 12));
  }

  /** A pax header for the entry that follows. */
  public TarBuilder pax(String... keysAndValues) {
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      records.append(record(keysAndValues[i] + "=" + keysAndValues[i + 1] + "\n"));
    }
    return extension('x', records.toString().getBytes(ISO_8859_1));
  }

  public TarBuilder extension(char type, byte[] content) {
    header("PaxHeader", type, "", octal(content.length, 12));
    return content(content);
  }

  /** Any header; the size field as given. */
  public TarBuilder header(String name, char type, String link, String size) {
    byte[] block = new byte[512];
    put(block, 0, name);
    put(block, 100, octal(mode, 8));
    put(block, 108, octal(uid, 8));
    put(block, 116, octal(gid, 8));
    put(block, 124, size);
    put(block, 136, octal(mtime, 12));
    block[156] = (byte) type;
    put(block, 157, link);
    put(block, 257, "ustar\0" + "00");
    put(block, 329, major);
    put(block, 337, minor);
    put(block, 148, "        ");
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    put(block, 148, "%06o\0 ".formatted(sum));
    out.writeBytes(block);
    return this;
  }

  public TarBuilder content(byte[] content) {
    out.writeBytes(content);
    out.writeBytes(new byte[-content.length & 511]);
    return this;
  }

  /** The bytes so far, without an end. */
  public byte[] open() {
    return out.toByteArray();
  }

  /** The whole archive. */
  public byte[] build() {
    out.writeBytes(new byte[1024]);
    return out.toByteArray();
  }

  public static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** The layer that stored bytes are, given what they unpack to. */
  public static LayerBlob blob(byte[] stored, byte[] plain) {
    return new LayerBlob(
        Digest.sha256(stored), stored.length, Digest.sha256(plain), "layer of test image");
  }

  public static InputStream stream(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  public static String octal(long value, int length) {
    String digits = Long.toOctalString(value);
    return "0".repeat(Math.max(0, length - 1 - digits.length())) + digits + "\0";
  }

  private static String record(String body) {
    int length = body.length() + 2;
    while (Integer.toString(length).length() + 1 + body.length() != length) {
      length++;
    }
    return length + " " + body;
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }
}
