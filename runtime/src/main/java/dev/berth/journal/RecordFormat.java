package dev.berth.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The journal's bytes.
 *
 * <pre>
 * file   := magic record*
 * magic  := "BERTHJ" version:u16
 * record := length:u32 crc32c:u32 body          length and checksum are the body's
 * body   := kind:u8 keyLength:u16 key value     kind 1 puts, 2 forgets (no value)
 * </pre>
 *
 * All numbers are big-endian. A record that is cut short or whose checksum is wrong ends the file:
 * it is the write that a dying daemon did not finish.
 */
final class RecordFormat {
  static final int VERSION = 1;
  static final int MAX_BODY = 16 << 20;

  private static final byte[] NAME = "BERTHJ".getBytes(UTF_8);
  static final int MAGIC_LENGTH = NAME.length + Short.BYTES;
  private static final int HEAD = 2 * Integer.BYTES;
  private static final byte PUT = 1;
  private static final byte FORGET = 2;

  private RecordFormat() {}

  static byte[] magic() {
    return ByteBuffer.allocate(MAGIC_LENGTH).put(NAME).putShort((short) VERSION).array();
  }

  /**
   * The version that a file was written with.
   *
   * @return the version, or -1 if the bytes do not begin a journal
   */
  static int version(ByteBuffer file) {
    if (file.remaining() < MAGIC_LENGTH) {
      return -1;
    }
    for (byte b : NAME) {
      if (file.get() != b) {
        return -1;
      }
    }
    return file.getShort();
  }

  static byte[] put(String key, byte[] value) {
    return record(PUT, key, value);
  }

  static byte[] forget(String key) {
    return record(FORGET, key, new byte[0]);
  }

  private static byte[] record(byte kind, String key, byte[] value) {
    byte[] name = key.getBytes(UTF_8);
    int body = 1 + Short.BYTES + name.length + value.length;
    if (name.length > 0xffff || body > MAX_BODY) {
      throw new IllegalArgumentException(
          "record \"" + key + "\" of " + body + " bytes: at most " + MAX_BODY);
    }
    ByteBuffer out = ByteBuffer.allocate(HEAD + body);
    out.position(HEAD);
    out.put(kind).putShort((short) name.length).put(name).put(value);
    out.putInt(0, body).putInt(Integer.BYTES, checksum(out.array(), HEAD, body));
    return out.array();
  }

  /**
   * Reads one record into the live set.
   *
   * @param file positioned at a record; left behind it when it is whole, else where it began
   * @return whether there was a whole record
   */
  static boolean replay(ByteBuffer file, Map<String, byte[]> live) {
    int begin = file.position();
    if (file.remaining() < HEAD) {
      return false;
    }
    int length = file.getInt();
    int sum = file.getInt();
    if (length < 1 + Short.BYTES || length > MAX_BODY || length > file.remaining()) {
      file.position(begin);
      return false;
    }
    byte[] body = new byte[length];
    file.get(body);
    if (checksum(body, 0, length) != sum || !apply(ByteBuffer.wrap(body), live)) {
      file.position(begin);
      return false;
    }
    return true;
  }

  private static boolean apply(ByteBuffer body, Map<String, byte[]> live) {
    byte kind = body.get();
    int keyLength = Short.toUnsignedInt(body.getShort());
    if (keyLength > body.remaining()) {
      return false;
    }
    byte[] name = new byte[keyLength];
    body.get(name);
    byte[] value = new byte[body.remaining()];
    body.get(value);
    String key = new String(name, UTF_8);
    switch (kind) {
      case PUT -> live.put(key, value);
      case FORGET -> live.remove(key);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static int checksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
