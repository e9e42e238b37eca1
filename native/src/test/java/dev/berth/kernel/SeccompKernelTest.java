package dev.berth.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.seccomp.SeccompFilters;
import dev.berth.shim.FilterProgram;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;

/** The kernel takes the default program and does what it says, on a thread that ends with it. */
class SeccompKernelTest {

  private static final int SECCOMP = Architecture.pick(317, 277);
  private static final int UNSHARE = Architecture.pick(272, 97);
  private static final int PRCTL = Architecture.pick(157, 167);
  private static final int SOCKET = Architecture.pick(41, 198);
  private static final int GETTID = Architecture.pick(186, 178);
  private static final int SET_MODE_FILTER = 1;
  private static final int PR_SET_NO_NEW_PRIVS = 38;

  @Test
  void theDefaultIsInForceAndCostsLittle() throws Exception {
    var filters = new SeccompFilters(Kernel.linux());
    assumeTrue(filters.available(), "libseccomp.so.2 is not installed");
    FilterProgram program = filters.runtimeDefault(0);
    var results = new AtomicLongArray(7);
    Thread filtered = Thread.ofPlatform().start(() -> tryCalls(program, results));
    filtered.join();
    assertThat(results.get(0)).as("the kernel takes the program").isZero();
    assertThat(results.get(1)).as("unshare").isEqualTo(-Errno.EPERM);
    assertThat(results.get(2)).as("socket(AF_ALG)").isEqualTo(-Errno.EPERM);
    assertThat(results.get(3)).as("clone3").isEqualTo(-Errno.ENOSYS);
    assertThat(results.get(4)).as("gettid").isPositive();
    System.out.printf(
        "measured: gettid %d ns without and %d ns with the default filter%n",
        results.get(5), results.get(6));
  }

  private static void tryCalls(FilterProgram program, AtomicLongArray results) {
    results.set(5, timed());
    results.set(0, install(program));
    results.set(1, NativeCalls.syscall(UNSHARE, 0x10000000, 0, 0, 0, 0));
    results.set(2, NativeCalls.syscall(SOCKET, 38, 5, 0, 0, 0));
    results.set(3, NativeCalls.syscall(435, 0, 0, 0, 0, 0));
    results.set(4, NativeCalls.syscall(GETTID, 0, 0, 0, 0, 0));
    results.set(6, timed());
  }

  private static long timed() {
    int rounds = 200_000;
    for (int i = 0; i < rounds; i++) {
      NativeCalls.syscall(GETTID, 0, 0, 0, 0, 0);
    }
    long begin = System.nanoTime();
    for (int i = 0; i < rounds; i++) {
      NativeCalls.syscall(GETTID, 0, 0, 0, 0, 0);
    }
    return (System.nanoTime() - begin) / rounds;
  }

  private static long install(FilterProgram program) {
    ByteBuffer code = program.bytes();
    byte[] bytes = new byte[code.remaining()];
    code.get(bytes);
    try (var scratch = Scratch.ofSize(bytes.length + 256)) {
      int at = scratch.put(bytes);
      int header = scratch.reserve(16);
      scratch.putShort(header, (short) (bytes.length / 8));
      scratch.putLong(header + 8, scratch.address(at));
      NativeCalls.syscall(PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
      return NativeCalls.syscall(SECCOMP, SET_MODE_FILTER, 0, scratch.address(header), 0, 0);
    }
  }
}
