package dev.berth.seccomp;

import dev.berth.fault.Fault;
import dev.berth.kernel.Architecture;
import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.Libseccomp;
import dev.berth.shim.FilterProgram;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Programs of profiles, each compiled once.
 *
 * <p>Compiling the default takes about 15 ms of one processor, nearly all of it in libseccomp;
 * finding it again takes less than a microsecond. A futex call then passes 30 of its 940
 * instructions, or none: the kernel remembers calls that are allowed whatever their arguments. The
 * library is loaded by the first compilation.
 */
public final class SeccompFilters {

  /** Profiles are few; more than this means that somebody makes them up. */
  private static final int MOST_KEPT = 128;

  private final Supplier<Optional<Libseccomp>> loader;
  private final Map<SeccompProfile, FilterProgram> compiled = new ConcurrentHashMap<>();
  private final Map<Long, FilterProgram> defaults = new ConcurrentHashMap<>();

  /** Filters by the libseccomp of this machine. */
  public SeccompFilters(Kernel kernel) {
    this(() -> Libseccomp.load(kernel.io()));
  }

  SeccompFilters(Supplier<Optional<Libseccomp>> loader) {
    this.loader = loader;
  }

  /** Whether this machine has libseccomp, so that containers can be filtered. */
  public boolean available() {
    return loader.get().isPresent();
  }

  /**
   * The program of {@link DefaultProfile} for a process with these capabilities.
   *
   * @param capabilities bit n stands for capability n
   * @throws Fault.FailedPrecondition when libseccomp is not installed
   */
  public FilterProgram runtimeDefault(long capabilities) {
    long key = DefaultProfile.relevant(capabilities);
    FilterProgram known = defaults.get(key);
    return known != null ? known : keep(defaults, key, make(DefaultProfile.of(key), true));
  }

  /**
   * The program of a profile.
   *
   * @throws Fault.FailedPrecondition when libseccomp is not installed
   * @throws Fault.InvalidArgument when the profile's rules cannot be turned into a program
   */
  public FilterProgram of(SeccompProfile profile) {
    FilterProgram known = compiled.get(profile);
    return known != null ? known : keep(compiled, profile, make(profile, false));
  }

  private static <K> FilterProgram keep(Map<K, FilterProgram> cache, K key, FilterProgram program) {
    if (cache.size() >= MOST_KEPT) {
      cache.clear();
    }
    cache.put(key, program);
    return program;
  }

  private FilterProgram make(SeccompProfile profile, boolean ours) {
    Libseccomp library =
        loader
            .get()
            .orElseThrow(
                () ->
                    new Fault.FailedPrecondition(
                        "compile a seccomp profile: libseccomp.so.2 is not installed (package"
                            + " libseccomp2)"));
    try {
      var compiler = new FilterCompiler(library, profile, Architecture.current());
      return FilterProgram.of(compiler.compile(ours));
    } catch (ErrnoException e) {
      if (e.is(Errno.EINVAL) || e.is(Errno.EEXIST) || e.is(Errno.E2BIG)) {
        throw new Fault.InvalidArgument("compile a seccomp profile: " + e.getMessage(), e);
      }
      throw new Fault.Internal("compile a seccomp profile: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new Fault.InvalidArgument("compile a seccomp profile: " + e.getMessage(), e);
    }
  }
}
