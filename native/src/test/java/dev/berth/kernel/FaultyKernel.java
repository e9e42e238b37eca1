package dev.berth.kernel;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes one call fail: the n-th of a name, or the n-th of all. A test that counts up until nothing
 * fails any more has broken every call of an operation.
 */
final class FaultyKernel implements InterceptedKernel.Interceptor {

  private static final String ANY = "";

  private final String name;
  private final int which;
  private final int errno;
  private final AtomicInteger seen = new AtomicInteger();

  private FaultyKernel(String name, int which, int errno) {
    this.name = name;
    this.which = which;
    this.errno = errno;
  }

  /** Breaks the n-th call of this name, from 1. */
  static FaultyKernel call(String name, int which, int errno) {
    return new FaultyKernel(name, which, errno);
  }

  /** Breaks the n-th call, whatever it is, from 1. */
  static FaultyKernel any(int which, int errno) {
    return new FaultyKernel(ANY, which, errno);
  }

  /** A kernel that makes the calls of another, but for the broken one. */
  Kernel over(Kernel real) {
    return InterceptedKernel.of(real, this);
  }

  /** Whether the call that is to fail was reached. */
  boolean struck() {
    return seen.get() >= which;
  }

  @Override
  public void before(String call, List<@Nullable Object> arguments) throws ErrnoException {
    if ((name.equals(ANY) || name.equals(call)) && seen.incrementAndGet() == which) {
      throw new ErrnoException(call, "broken by a test", errno);
    }
  }
}
