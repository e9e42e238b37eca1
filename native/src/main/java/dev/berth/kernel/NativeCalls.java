package dev.berth.kernel;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Library;
import com.kenai.jffi.MemoryIO;
import com.kenai.jffi.Type;
import java.nio.ByteBuffer;

/**
 * The one place where Java ends: calling a C function with up to six integers.
 *
 * <p>It stands on the layer of jnr-ffi that does the calls (jffi), not on the one that makes a
 * class for an interface: with an AOT cache the first call comes after 20 to 45 ms instead of 90 to
 * 125, since generated classes cannot be cached, and a call costs the same 200 ns. An integer or
 * pointer argument of a variadic function is passed like any other on x86-64 and on arm64 Linux, so
 * {@code syscall(3)} needs no special treatment.
 *
 * <p>The C library is loaded at the first call. errno is saved by jffi in the same native frame.
 */
final class NativeCalls {

  /** Loads jffi when it is first touched. */
  private static final class Loaded {
    static final Invoker INVOKER = Invoker.getInstance();
    static final CallContext SIX_LONGS = sixLongs();
    static final MemoryIO MEMORY = MemoryIO.getInstance();
    static final LastError LAST_ERROR = LastError.getInstance();
    static final Library LIBC = Library.getDefault();
    static final long SYSCALL = LIBC.getSymbolAddress("syscall");

    private static CallContext sixLongs() {
      var l = Type.SINT64;
      return CallContext.getCallContext(
          l, new Type[] {l, l, l, l, l, l}, CallingConvention.DEFAULT, true);
    }
  }

  private NativeCalls() {}

  /**
   * A system call by number with up to five arguments.
   *
   * @return its result, or minus the errno
   */
  static long syscall(int number, long a, long b, long c, long d, long e) {
    long result = Loaded.INVOKER.invokeN6(Loaded.SIX_LONGS, Loaded.SYSCALL, number, a, b, c, d, e);
    return result == -1 ? -Loaded.LAST_ERROR.get() : result;
  }

  /** Calls a function by address; arguments beyond its own are ignored by the C convention. */
  static long invoke(long function, long a, long b, long c, long d, long e, long f) {
    return Loaded.INVOKER.invokeN6(Loaded.SIX_LONGS, function, a, b, c, d, e, f);
  }

  /**
   * The address of a function of the C library.
   *
   * @throws UnsatisfiedLinkError when it has none of this name
   */
  static long libcFunction(String name) {
    long address = Loaded.LIBC.getSymbolAddress(name);
    if (address == 0) {
      throw new UnsatisfiedLinkError("the C library has no function " + name);
    }
    return address;
  }

  /**
   * The address of a function of another library, which stays loaded; 0 when the library is not
   * installed or has no such function.
   */
  static long libraryFunction(String soname, String name) {
    Library library = Library.getCachedInstance(soname, Library.LAZY | Library.LOCAL);
    return library == null ? 0 : library.getSymbolAddress(name);
  }

  /** Where a direct buffer begins; the caller keeps it reachable while the address is in use. */
  static long address(ByteBuffer direct) {
    return Loaded.MEMORY.getDirectBufferAddress(direct);
  }

  /** An int at an address that a C function gave. */
  static int intAt(long address) {
    return Loaded.MEMORY.getInt(address);
  }
}
