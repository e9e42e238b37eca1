package dev.berth.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Memory outside the heap for the arguments of one call.
 *
 * <p>Taken from a small pool, filled from the front, given back by {@link #close}. Threads usually
 * find the piece they gave back last; a pool and not a thread-local, so that thousands of virtual
 * threads do not keep thousands of pieces.
 */
final class Scratch implements AutoCloseable {

  /** Enough for two paths of the kernel's longest length and the structs around them. */
  static final int SIZE = 16 * 1024;

  private static final int SLOTS = 32;
  private static final int PROBES = 4;
  private static final AtomicReferenceArray<Scratch> POOL = new AtomicReferenceArray<>(SLOTS);

  private final ByteBuffer memory;
  private final long base;
  private final boolean pooled;
  private int used;

  private Scratch(int size, boolean pooled) {
    this.memory = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    this.base = NativeCalls.address(memory);
    this.pooled = pooled;
  }

  /** A piece of {@link #SIZE} bytes. */
  static Scratch take() {
    int start = (int) Thread.currentThread().threadId();
    for (int i = 0; i < PROBES; i++) {
      Scratch found = POOL.getAndSet((start + i) & (SLOTS - 1), null);
      if (found != null) {
        return found;
      }
    }
    return new Scratch(SIZE, true);
  }

  /** A piece with room for at least this many bytes. */
  static Scratch ofSize(int bytes) {
    return bytes <= SIZE ? take() : new Scratch(bytes, false);
  }

  @Override
  public void close() {
    used = 0;
    if (!pooled) {
      return;
    }
    int start = (int) Thread.currentThread().threadId();
    for (int i = 0; i < PROBES; i++) {
      if (POOL.compareAndSet((start + i) & (SLOTS - 1), null, this)) {
        return;
      }
    }
  }

  /** Bytes that are not handed out. */
  int room() {
    return memory.capacity() - used;
  }

  /** Hands out cleared, 8-byte aligned bytes; the answer is their offset. */
  int reserve(int bytes) {
    int at = (used + 7) & ~7;
    if (bytes > memory.capacity() - at) {
      throw new IllegalArgumentException("arguments of a call take more than " + memory.capacity());
    }
    used = at + bytes;
    for (int i = at; i < used; i++) {
      memory.put(i, (byte) 0);
    }
    return at;
  }

  /** Hands out bytes without clearing them, for the kernel to fill. */
  int reserveRaw(int bytes) {
    int at = (used + 7) & ~7;
    if (bytes > memory.capacity() - at) {
      throw new IllegalArgumentException("arguments of a call take more than " + memory.capacity());
    }
    used = at + bytes;
    return at;
  }

  /** Puts bytes in; the answer is their offset. */
  int put(byte[] bytes) {
    int at = reserveRaw(bytes.length);
    memory.put(at, bytes);
    return at;
  }

  /** Puts bytes at an offset that was handed out. */
  void putAt(int offset, byte[] bytes) {
    memory.put(offset, bytes);
  }

  /** Puts a C string in; the answer is its address. */
  long cString(byte[] text) {
    int at = reserveRaw(text.length + 1);
    memory.put(at, text);
    memory.put(at + text.length, (byte) 0);
    return base + at;
  }

  /** The address of an offset. */
  long address(int offset) {
    return base + offset;
  }

  Scratch putInt(int offset, int value) {
    memory.putInt(offset, value);
    return this;
  }

  Scratch putShort(int offset, short value) {
    memory.putShort(offset, value);
    return this;
  }

  Scratch putLong(int offset, long value) {
    memory.putLong(offset, value);
    return this;
  }

  int getInt(int offset) {
    return memory.getInt(offset);
  }

  long getLong(int offset) {
    return memory.getLong(offset);
  }

  int getShort(int offset) {
    return Short.toUnsignedInt(memory.getShort(offset));
  }

  int getByte(int offset) {
    return Byte.toUnsignedInt(memory.get(offset));
  }

  byte[] bytes(int offset, int length) {
    var out = new byte[length];
    memory.get(offset, out);
    return out;
  }

  /** Copies out of this memory into a buffer, moving the buffer's position. */
  void copyTo(int offset, int length, ByteBuffer target) {
    target.put(memory.slice(offset, length));
  }

  /** Copies the buffer's remaining bytes, at most {@code length}, without moving its position. */
  void copyFrom(ByteBuffer source, int length, int offset) {
    memory.put(offset, source, source.position(), length);
  }
}
