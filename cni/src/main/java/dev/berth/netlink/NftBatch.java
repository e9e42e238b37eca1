package dev.berth.netlink;

import java.util.List;
import java.util.function.Consumer;

/**
 * A transaction on one nf_tables table of the inet family: all of it happens, or nothing.
 *
 * <p>Sent with {@link NetlinkSocket#execute} after {@link #seal}.
 */
public final class NftBatch {
  /** Sets and maps whose keys are ranges. */
  public static final int INTERVALS = 4;

  private static final int TABLE = 1;
  private static final int LIST_ITEM = 1;
  private static final int DATA_VALUE = 1;
  private static final int SET_IS_MAP = 8;
  private static final int INTERVAL_END = 1;

  /** A base chain's place in the packet's way. */
  public enum Hook {
    PREROUTING(0),
    OUTPUT(3),
    POSTROUTING(4);

    private final int number;

    Hook(int number) {
      this.number = number;
    }
  }

  /**
   * One element of a set or a map.
   *
   * @param key as long as the set's keys
   * @param value empty for a set
   * @param end whether the key is the first one behind a range
   */
  @SuppressWarnings("ArrayRecordComponent") // raw bytes on their way to the kernel, never compared
  public record Element(byte[] key, byte[] value, boolean end) {}

  private final NetlinkWriter writer = new NetlinkWriter();
  private final String table;
  private int setId;

  /** Begins a transaction on a table. */
  public NftBatch(String table) {
    this.table = table;
    mark(Nfnl.BATCH_BEGIN);
  }

  private void mark(int type) {
    writer.begin("nftables transaction", type, 0).silent();
    writer.u8(0).u8(0).u16be(Nfnl.SUBSYSTEM_NFTABLES).end();
  }

  private NetlinkWriter begin(String about, int type, int flags) {
    writer.begin(about + " in nftables table " + table, type, flags);
    writer.u8(Nfnl.FAMILY_INET).u8(0).u16be(0);
    return writer.attributeText(TABLE, table);
  }

  /** Makes the table unless it is there. */
  public NftBatch table() {
    begin("make the table", Nfnl.NEW_TABLE, Nlm.CREATE).end();
    return this;
  }

  /** Removes the table and all in it. */
  public NftBatch removeTable() {
    begin("remove the table", Nfnl.DELETE_TABLE, 0).end();
    return this;
  }

  /** Makes a chain that packets meet at a hook. */
  public NftBatch baseChain(String name, String type, Hook hook, int priority) {
    begin("make chain " + name, Nfnl.NEW_CHAIN, Nlm.CREATE).attributeText(3, name);
    writer.nest(4).attributeU32be(1, hook.number).attributeU32be(2, priority).endNest();
    writer.attributeText(7, type).end();
    return this;
  }

  /** Makes a chain that rules jump to. */
  public NftBatch chain(String name) {
    begin("make chain " + name, Nfnl.NEW_CHAIN, Nlm.CREATE).attributeText(3, name).end();
    return this;
  }

  /** Appends a rule to a chain. */
  public NftBatch rule(String chain, Consumer<NftRule> expressions) {
    begin("add a rule to chain " + chain, Nfnl.NEW_RULE, Nlm.CREATE | Nlm.APPEND);
    writer.attributeText(2, chain).nest(4);
    expressions.accept(new NftRule(writer));
    writer.endNest().end();
    return this;
  }

  /**
   * Makes a set.
   *
   * @param keyType nft's number of the key's type, only for its listing
   * @param keyLength bytes
   * @param flags 0 or {@link #INTERVALS}
   */
  public NftBatch set(String name, int keyType, int keyLength, int flags) {
    beginSet(name, keyType, keyLength, flags).end();
    return this;
  }

  /** Makes a map; lengths and types as in {@link #set}. */
  public NftBatch map(String name, int keyType, int keyLength, int dataType, int dataLength) {
    beginSet(name, keyType, keyLength, SET_IS_MAP);
    writer.attributeU32be(6, dataType).attributeU32be(7, dataLength).end();
    return this;
  }

  private NetlinkWriter beginSet(String name, int keyType, int keyLength, int flags) {
    begin("make set " + name, Nfnl.NEW_SET, Nlm.CREATE).attributeText(2, name);
    writer.attributeU32be(3, flags).attributeU32be(4, keyType).attributeU32be(5, keyLength);
    return writer.attributeU32be(10, ++setId);
  }

  /**
   * Adds elements; one that is there already is fine, but with another value it fails the
   * transaction with EEXIST.
   */
  public NftBatch add(String set, List<Element> elements) {
    return elements("add to set " + set, Nfnl.NEW_ELEMENT, Nlm.CREATE, set, elements);
  }

  /** Removes elements; one that is not there fails the transaction with ENOENT. */
  public NftBatch remove(String set, List<Element> elements) {
    return elements("remove from set " + set, Nfnl.DELETE_ELEMENT, 0, set, elements);
  }

  private NftBatch elements(String about, int type, int flags, String set, List<Element> elements) {
    for (Element element : elements) {
      begin(about, type, flags).attributeText(2, set).nest(3);
      element(element);
      writer.endNest().end();
    }
    return this;
  }

  private void element(Element element) {
    writer.nest(LIST_ITEM).nest(1).attribute(DATA_VALUE, element.key).endNest();
    if (element.value.length > 0) {
      writer.nest(2).attribute(DATA_VALUE, element.value).endNest();
    }
    if (element.end) {
      writer.attributeU32be(3, INTERVAL_END);
    }
    writer.endNest();
  }

  /** Ends the transaction. */
  public NetlinkWriter seal() {
    mark(Nfnl.BATCH_END);
    return writer;
  }
}
