package dev.berth.netlink;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The expressions of one nf_tables rule, in the order in which a packet meets them: each loads
 * registers or ends the rule for packets that do not match.
 *
 * <p>{@link #WORD} and the numbers after it are the 16 four-byte registers; {@link #WIDE} is the
 * first sixteen-byte one and shares its bytes with the first four of them.
 */
public final class NftRule {
  /** The first four-byte register. */
  public static final int WORD = 8;

  /** The first sixteen-byte register. */
  public static final int WIDE = 1;

  /** The link a packet came in by. */
  public static final int META_IN_NAME = 6;

  /** The link a packet goes out by. */
  public static final int META_OUT_NAME = 7;

  /** IPv4 or IPv6. */
  public static final int META_FAMILY = 15;

  /** The transport protocol. */
  public static final int META_TRANSPORT = 16;

  /** Payload from the IP header on. */
  public static final int NETWORK_HEADER = 1;

  /** Payload from the TCP, UDP or SCTP header on. */
  public static final int TRANSPORT_HEADER = 2;

  /** Whether the connection is translated, and how. */
  public static final int CT_STATUS = 2;

  /** The destination port of the connection's first packet. */
  public static final int CT_DESTINATION_PORT = 12;

  /** The IPv4 destination of the connection's first packet. */
  public static final int CT_DESTINATION_4 = 20;

  /** The IPv6 destination of the connection's first packet. */
  public static final int CT_DESTINATION_6 = 22;

  private static final int IF_NAME_BYTES = 16;
  private static final int DATA_VALUE = 1;
  private static final int DATA_VERDICT = 2;
  private static final int VERDICT_DROP = 0;
  private static final int VERDICT_JUMP = -3;
  private static final int VERDICT_RETURN = -5;
  private static final int FIB_DESTINATION = 2;
  private static final int FIB_ADDRESS_TYPE = 3;
  private static final int NAT_DESTINATION = 1;

  private final NetlinkWriter writer;

  NftRule(NetlinkWriter writer) {
    this.writer = writer;
  }

  private NetlinkWriter begin(String name) {
    return writer.nest(1).attributeText(1, name).nest(2);
  }

  private NftRule end() {
    writer.endNest().endNest();
    return this;
  }

  /** Loads a fact about the packet. */
  public NftRule meta(int key, int register) {
    begin("meta").attributeU32be(1, register).attributeU32be(2, key);
    return end();
  }

  /** Loads bytes of the packet. */
  public NftRule payload(int base, int offset, int length, int register) {
    begin("payload").attributeU32be(1, register).attributeU32be(2, base);
    writer.attributeU32be(3, offset).attributeU32be(4, length);
    return end();
  }

  /** Loads a fact about the connection. */
  public NftRule connection(int key, int register) {
    begin("ct").attributeU32be(1, register).attributeU32be(2, key);
    return end();
  }

  /** Loads a fact about the connection as its first packet had it. */
  public NftRule connectionOrigin(int key, int register) {
    begin("ct").attributeU32be(1, register).attributeU32be(2, key).attributeU8(3, 0);
    return end();
  }

  /** Loads what the packet's destination is to this host: {@link RouteAttribute#LOCAL} … */
  public NftRule destinationType(int register) {
    begin("fib").attributeU32be(1, register).attributeU32be(2, FIB_ADDRESS_TYPE);
    writer.attributeU32be(3, FIB_DESTINATION);
    return end();
  }

  /** Goes on when the register's bytes are these. */
  public NftRule equal(int register, byte... bytes) {
    return compare(register, 0, bytes);
  }

  /** Goes on when the register's bytes are not these. */
  public NftRule notEqual(int register, byte... bytes) {
    return compare(register, 1, bytes);
  }

  private NftRule compare(int register, int operation, byte[] bytes) {
    begin("cmp").attributeU32be(1, register).attributeU32be(2, operation);
    writer.nest(3).attribute(DATA_VALUE, bytes).endNest();
    return end();
  }

  /** Keeps the bits of a mask in a register. */
  public NftRule mask(int register, byte... mask) {
    begin("bitwise").attributeU32be(1, register).attributeU32be(2, register);
    writer.attributeU32be(3, mask.length);
    writer.nest(4).attribute(DATA_VALUE, mask).endNest();
    writer.nest(5).attribute(DATA_VALUE, new byte[mask.length]).endNest();
    return end();
  }

  /** Goes on when the link in a register has this name. */
  public NftRule link(int metaKey, String name, boolean wanted) {
    byte[] padded = Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), IF_NAME_BYTES);
    meta(metaKey, WIDE);
    return wanted ? equal(WIDE, padded) : notEqual(WIDE, padded);
  }

  /** Goes on for packets of {@link Nfnl#FAMILY_IPV4} or {@link Nfnl#FAMILY_IPV6}. */
  public NftRule family(int family) {
    return meta(META_FAMILY, WORD).equal(WORD, (byte) family);
  }

  /** Goes on when a set has the register's bytes, or has them not. */
  public NftRule in(String set, int register, boolean wanted) {
    begin("lookup").attributeText(1, set).attributeU32be(2, register);
    if (!wanted) {
      writer.attributeU32be(5, 1);
    }
    return end();
  }

  /** Goes on when a map has the register's bytes, and loads the value. */
  public NftRule map(String map, int register, int value) {
    begin("lookup").attributeText(1, map).attributeU32be(2, register).attributeU32be(3, value);
    return end();
  }

  /** Sends the connection to the address and the port in these registers. */
  public NftRule destinationNat(int family, int addressRegister, int portRegister) {
    begin("nat").attributeU32be(1, NAT_DESTINATION).attributeU32be(2, family);
    writer.attributeU32be(3, addressRegister).attributeU32be(5, portRegister);
    return end();
  }

  /** Gives the connection the address of the link that it leaves by. */
  public NftRule masquerade() {
    begin("masq");
    return end();
  }

  /** Drops the packet. */
  public NftRule drop() {
    return verdict(VERDICT_DROP, "");
  }

  /** Goes on in another chain. */
  public NftRule jump(String chain) {
    return verdict(VERDICT_JUMP, chain);
  }

  /** Leaves the chain. */
  public NftRule leave() {
    return verdict(VERDICT_RETURN, "");
  }

  private NftRule verdict(int code, String chain) {
    begin("immediate").attributeU32be(1, 0).nest(2).nest(DATA_VERDICT).attributeU32be(1, code);
    if (!chain.isEmpty()) {
      writer.attributeText(2, chain);
    }
    writer.endNest().endNest();
    return end();
  }
}
