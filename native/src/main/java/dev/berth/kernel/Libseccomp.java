package dev.berth.kernel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The parts of libseccomp that turn rules into a program (seccomp_init(3) and its neighbours).
 *
 * <p>The library is optional: {@link #load} is empty where libseccomp.so.2 is not installed. What
 * failed is told with libseccomp's errno. Threads: any; a {@link Filter} belongs to one at a time.
 */
public final class Libseccomp {

  /** One comparison of an argument, as seccomp_rule_add_array(3) takes it. */
  public record Comparison(int argument, int operator, long first, long second) {}

  /** The number of a call this version of the library has never heard of. */
  public static final int UNKNOWN_CALL = -1;

  private static final String SONAME = "libseccomp.so.2";
  private static final int COMPARISON_BYTES = 24;
  private static final int ATTRIBUTE_BAD_ARCHITECTURE = 2;
  private static final int ATTRIBUTE_OPTIMIZE = 8;
  private static final int BINARY_TREE = 2;

  private final FileIo io;
  private final long version = function("seccomp_version");
  private final long init = function("seccomp_init");
  private final long release = function("seccomp_release");
  private final long archAdd = function("seccomp_arch_add");
  private final long attribute = function("seccomp_attr_set");
  private final long resolve = function("seccomp_syscall_resolve_name_arch");
  private final long addRule = function("seccomp_rule_add_array");
  private final long export = function("seccomp_export_bpf");

  private Libseccomp(FileIo io) {
    this.io = io;
  }

  /**
   * Loads the library.
   *
   * @return empty when it is not installed
   */
  public static Optional<Libseccomp> load(FileIo io) {
    boolean there = NativeCalls.libraryFunction(SONAME, "seccomp_init") != 0;
    return there ? Optional.of(new Libseccomp(io)) : Optional.empty();
  }

  private static long function(String name) {
    long address = NativeCalls.libraryFunction(SONAME, name);
    if (address == 0) {
      throw new UnsatisfiedLinkError(SONAME + " has no function " + name);
    }
    return address;
  }

  /** The library's version, e.g. {@code 2.5.4} (seccomp_version(3)). */
  public String version() {
    long numbers = NativeCalls.invoke(version, 0, 0, 0, 0, 0, 0);
    return NativeCalls.intAt(numbers)
        + "."
        + NativeCalls.intAt(numbers + 4)
        + "."
        + NativeCalls.intAt(numbers + 8);
  }

  /**
   * A call's number on an architecture, {@code token} being one of linux/audit.h.
   *
   * @return {@link #UNKNOWN_CALL}, or another number below zero for a call the architecture lacks
   */
  public int number(int token, String name) {
    try (var scratch = Scratch.take()) {
      long text = scratch.cString(name.getBytes(StandardCharsets.UTF_8));
      return call(resolve, Integer.toUnsignedLong(token), text, 0, 0, 0);
    }
  }

  /**
   * Begins a filter for the machine's own architecture.
   *
   * @param defaultAction what happens to a call without a rule (SECCOMP_RET_ value)
   * @param otherArchitecture what happens to a call of an architecture that was not added
   */
  public Filter begin(int defaultAction, int otherArchitecture) throws ErrnoException {
    long context = NativeCalls.invoke(init, Integer.toUnsignedLong(defaultAction), 0, 0, 0, 0, 0);
    if (context == 0) {
      throw new ErrnoException("seccomp_init", Integer.toHexString(defaultAction), Errno.EINVAL);
    }
    var filter = new Filter(context);
    try {
      filter.attribute(ATTRIBUTE_BAD_ARCHITECTURE, otherArchitecture);
      filter.attribute(ATTRIBUTE_OPTIMIZE, BINARY_TREE);
      return filter;
    } catch (ErrnoException e) {
      filter.close();
      throw e;
    }
  }

  private static int call(long function, long a, long b, long c, long d, long e) {
    return (int) NativeCalls.invoke(function, a, b, c, d, e, 0);
  }

  /** A filter that is being made. */
  public final class Filter implements AutoCloseable {

    private long context;

    private Filter(long context) {
      this.context = context;
    }

    private void attribute(int name, int value) throws ErrnoException {
      long wide = Integer.toUnsignedLong(value);
      check("seccomp_attr_set", call(attribute, context(), name, wide, 0, 0), "" + name);
    }

    /** Adds an architecture beside the machine's own; one that is there already is no failure. */
    public void addArchitecture(int token) throws ErrnoException {
      int result = call(archAdd, context(), Integer.toUnsignedLong(token), 0, 0, 0);
      if (result != -Errno.EEXIST) {
        check("seccomp_arch_add", result, Integer.toHexString(token));
      }
    }

    /**
     * Adds a rule.
     *
     * @param action SECCOMP_RET_ value, other than the default action
     * @param number as {@link Libseccomp#number} gave it for the machine's own architecture
     * @param comparisons must all hold; at most one an argument
     */
    public void addRule(int action, int number, List<Comparison> comparisons)
        throws ErrnoException {
      try (var scratch = Scratch.take()) {
        int array = scratch.reserve(COMPARISON_BYTES * Math.max(1, comparisons.size()));
        for (int i = 0; i < comparisons.size(); i++) {
          Comparison c = comparisons.get(i);
          int at = array + COMPARISON_BYTES * i;
          scratch.putInt(at, c.argument()).putInt(at + 4, c.operator());
          scratch.putLong(at + 8, c.first()).putLong(at + 16, c.second());
        }
        long wide = Integer.toUnsignedLong(action);
        int result =
            call(addRule, context(), wide, number, comparisons.size(), scratch.address(array));
        check("seccomp_rule_add_array", result, "call " + number);
      }
    }

    /** The program so far, as an array of struct sock_filter. */
    public byte[] export() throws ErrnoException {
      try (Fd memory = io.memfd("berth-seccomp", false)) {
        check("seccomp_export_bpf", call(export, context(), memory.number(), 0, 0, 0), "");
        ByteBuffer code = ByteBuffer.allocate(64 * 1024);
        int read;
        do {
          read = io.pread(memory, code, code.position());
        } while (read > 0);
        byte[] bytes = new byte[code.flip().remaining()];
        code.get(bytes);
        return bytes;
      }
    }

    private long context() {
      if (context == 0) {
        throw new IllegalStateException("filter is closed");
      }
      return context;
    }

    private void check(String call, int result, String about) throws ErrnoException {
      if (result < 0) {
        throw new ErrnoException(call, about, -result);
      }
    }

    @Override
    public void close() {
      if (context != 0) {
        call(release, context, 0, 0, 0, 0);
        context = 0;
      }
    }
  }
}
