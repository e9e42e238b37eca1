package dev.berth.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.DataFormatException;

/**
 * Inflation by Intel's ISA-L, about twice as fast as zlib (isa-l/igzip_lib.h).
 *
 * <p>The library is optional: {@link #load} is empty where libisal.so.2 is not installed. Threads:
 * any; an {@link Inflation} belongs to one at a time.
 */
public final class Libisal {
  private static final String SONAME = "libisal.so.2";

  private final long init = NativeCalls.libraryFunction(SONAME, "isal_inflate_init");
  private final long inflate = NativeCalls.libraryFunction(SONAME, "isal_inflate");

  private Libisal() {}

  /**
   * Loads the library.
   *
   * @return empty when it is not installed
   */
  public static Optional<Libisal> load() {
    Libisal library = new Libisal();
    return library.init != 0 && library.inflate != 0 ? Optional.of(library) : Optional.empty();
  }

  /** Begins to inflate one stream of raw deflate data (RFC 1951). */
  public Inflation begin() {
    return new Inflation();
  }

  /**
   * One stream. Of the library's struct only the fields at its front are touched, whose places are
   * part of its interface; the rest, some 85 KiB, is its own and has room to grow.
   */
  public final class Inflation {
    private static final int STATE = 256 << 10;
    private static final int NEXT_OUT = 0;
    private static final int AVAILABLE_OUT = 8;
    private static final int NEXT_IN = 16;
    private static final int READ_IN = 24;
    private static final int AVAILABLE_IN = 32;
    private static final int READ_IN_BITS = 36;

    private final ByteBuffer state =
        ByteBuffer.allocateDirect(STATE).order(ByteOrder.nativeOrder());
    private final long address = NativeCalls.address(state);

    private Inflation() {
      reset();
    }

    /** Begins anew, for the next stream. */
    public void reset() {
      NativeCalls.invoke(init, address, 0, 0, 0, 0, 0);
    }

    /**
     * Inflates what fits.
     *
     * @param in direct; its position moves over what was taken
     * @param out direct; its position moves over what was written
     * @throws DataFormatException the data is no deflate stream
     */
    public void inflate(ByteBuffer in, ByteBuffer out) throws DataFormatException {
      state.putLong(NEXT_IN, NativeCalls.address(in) + in.position());
      state.putInt(AVAILABLE_IN, in.remaining());
      state.putLong(NEXT_OUT, NativeCalls.address(out) + out.position());
      state.putInt(AVAILABLE_OUT, out.remaining());
      int result = (int) NativeCalls.invoke(inflate, address, 0, 0, 0, 0, 0);
      if (result < 0) {
        throw new DataFormatException("invalid deflate data (" + result + ")");
      }
      in.position(in.limit() - state.getInt(AVAILABLE_IN));
      out.position(out.limit() - state.getInt(AVAILABLE_OUT));
    }

    /**
     * Whole bytes that were taken and not needed, after the end of a stream: what follows it.
     *
     * @return up to eight bytes
     */
    public byte[] unused() {
      int bits = state.getInt(READ_IN_BITS);
      long held = state.getLong(READ_IN) >>> (bits & 7);
      byte[] bytes = new byte[bits / 8];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (held >>> (8 * i));
      }
      return bytes;
    }
  }
}
