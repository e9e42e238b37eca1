package dev.berth.netlink;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a message or of a nest, lengths checked once when they are parsed.
 *
 * <p>Where a type comes more than once, the getters answer the first; {@link #all} has every one.
 */
public final class Attributes {
  private static final int TYPE_MASK = 0x3fff;

  /** One attribute: its type without the nested and byte-order flags, and its bytes. */
  public record Attribute(int type, ByteBuffer value) {}

  private final List<Attribute> attributes;

  private Attributes(List<Attribute> attributes) {
    this.attributes = attributes;
  }

  /**
   * Parses a sequence of attributes.
   *
   * @throws NetlinkFormatException when a length leaves the buffer
   */
  public static Attributes parse(ByteBuffer bytes) {
    List<Attribute> found = new ArrayList<>();
    int at = bytes.position();
    while (bytes.limit() - at >= 4) {
      int length = Short.toUnsignedInt(bytes.getShort(at));
      int type = Short.toUnsignedInt(bytes.getShort(at + 2));
      if (length < 4 || length > bytes.limit() - at) {
        throw new NetlinkFormatException(
            "attribute " + type + " of " + length + " bytes in " + (bytes.limit() - at));
      }
      ByteBuffer value = bytes.slice(at + 4, length - 4).order(bytes.order());
      found.add(new Attribute(type & TYPE_MASK, value));
      at = Math.min(bytes.limit(), at + ((length + 3) & ~3));
    }
    if (at != bytes.limit()) {
      throw new NetlinkFormatException((bytes.limit() - at) + " bytes behind the last attribute");
    }
    return new Attributes(found);
  }

  /** Every attribute in order. */
  public List<Attribute> all() {
    return attributes;
  }

  /** The first attribute of a type. */
  public @Nullable ByteBuffer find(int type) {
    for (Attribute attribute : attributes) {
      if (attribute.type == type) {
        return attribute.value;
      }
    }
    return null;
  }

  /**
   * The first attribute of a type as four bytes, or the given value where there is none.
   *
   * @throws NetlinkFormatException when it is shorter
   */
  public int u32(int type, int otherwise) {
    ByteBuffer value = find(type);
    if (value == null) {
      return otherwise;
    }
    if (value.remaining() < 4) {
      throw new NetlinkFormatException("attribute " + type + " is shorter than four bytes");
    }
    return value.getInt(0);
  }

  /** The first attribute of a type as text up to its first zero, or empty where there is none. */
  public String text(int type) {
    ByteBuffer value = find(type);
    if (value == null) {
      return "";
    }
    int length = 0;
    while (length < value.remaining() && value.get(length) != 0) {
      length++;
    }
    return StandardCharsets.UTF_8.decode(value.slice(0, length)).toString();
  }

  /** The first attribute of a type as bytes, or null where there is none. */
  public byte @Nullable [] bytes(int type) {
    ByteBuffer value = find(type);
    if (value == null) {
      return null;
    }
    byte[] bytes = new byte[value.remaining()];
    value.get(0, bytes);
    return bytes;
  }

  /** The attributes in the first nest of a type; empty where there is none. */
  public Attributes nested(int type) {
    ByteBuffer value = find(type);
    return value == null ? new Attributes(List.of()) : parse(value);
  }
}
