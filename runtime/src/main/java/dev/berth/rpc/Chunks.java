package dev.berth.rpc;

import com.google.protobuf.MessageLite;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A long list as a stream of messages that each carry some of it: every item once, then the end,
 * however many there are.
 *
 * @param <T> an item
 * @param <R> a message
 */
public final class Chunks<T extends MessageLite, R> implements Source<R> {
  /** Far below what clients accept, and large enough that an item with the longest labels fits. */
  private static final int ROOM = 1 << 20;

  private final Iterator<T> items;
  private final Function<List<T>, R> message;

  /**
   * A stream over items, which may be made while it is read.
   *
   * @param message puts items into a message
   */
  public Chunks(Iterator<T> items, Function<List<T>, R> message) {
    this.items = items;
    this.message = message;
  }

  @Override
  public @Nullable R poll() {
    List<T> some = new ArrayList<>();
    int size = 0;
    while (size < ROOM && items.hasNext()) {
      T item = items.next();
      some.add(item);
      size += item.getSerializedSize();
    }
    return some.isEmpty() ? null : message.apply(some);
  }

  @Override
  public boolean ended() {
    return true;
  }

  @Override
  public void whenReady(Runnable wake) {
    // everything is ready from the beginning
  }

  @Override
  public void close() {
    // holds nothing
  }
}
