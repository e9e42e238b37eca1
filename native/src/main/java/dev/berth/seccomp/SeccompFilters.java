package dev.berth.seccomp;

import dev.berth.fault.Fault;
import dev.berth.kernel.Architecture;
import dev.berth.kernel.Errno;
import dev.berth.kernel.ErrnoException;
import dev.berth.kernel.Kernel;
import dev.berth.kernel.Libseccomp;
import dev.berth.shim.FilterProgram;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Programs of profiles, each compiled once.
 *
 * <p>Compiling the default takes 60 to 95 ms of one processor in a JVM that has just started
 * without an AOT cache, and 15 ms later; finding it in the folder of an earlier daemon takes half
 * of that in a cold JVM and half a millisecond later, finding it in memory less than a microsecond.
 * So the daemon asks for it once, in the background, when it starts; who asks meanwhile waits for
 * that compilation instead of beginning another. A futex call passes 30 of the program's 940
 * instructions, or none: the kernel remembers calls that are allowed whatever their arguments.
 */
public final class SeccompFilters {

  /** Profiles are few; more than this means that somebody makes them up. */
  private static final int MOST_KEPT = 128;

  private final Supplier<Optional<Libseccomp>> loader;
  private final Optional<FilterStore> store;
  private final Map<SeccompProfile, FilterProgram> compiled = new ConcurrentHashMap<>();
  private final Map<Long, FilterProgram> defaults = new ConcurrentHashMap<>();

  /** Filters by the libseccomp of this machine. */
  public SeccompFilters(Kernel kernel) {
    this(() -> Libseccomp.load(kernel.io()), Optional.empty());
  }

  /**
   * Filters that keep programs in a folder as well, so that the next start of the daemon finds
   * them.
   *
   * @param folder made if it is missing; must be writable by the daemon's user only
   */
  public SeccompFilters(Kernel kernel, Path folder) {
    this(() -> Libseccomp.load(kernel.io()), Optional.of(new FilterStore(folder)));
  }

  SeccompFilters(Supplier<Optional<Libseccomp>> loader, Optional<FilterStore> store) {
    this.loader = loader;
    this.store = store;
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
    makeRoom(defaults);
    return defaults.computeIfAbsent(key, k -> make(DefaultProfile.of(k), true));
  }

  /**
   * The program of a profile.
   *
   * @throws Fault.FailedPrecondition when libseccomp is not installed
   * @throws Fault.InvalidArgument when the profile's rules cannot be turned into a program
   */
  public FilterProgram of(SeccompProfile profile) {
    makeRoom(compiled);
    return compiled.computeIfAbsent(profile, p -> make(p, false));
  }

  private static void makeRoom(Map<?, FilterProgram> cache) {
    if (cache.size() >= MOST_KEPT) {
      cache.clear();
    }
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
      if (store.isEmpty()) {
        return FilterProgram.of(compiler.compile(ours));
      }
      String machine = library.version() + " " + Architecture.current().ociName() + " " + ours;
      String key = machine + profile.canonicalText();
      return FilterProgram.of(store.get().get(key, () -> compiler.compile(ours)));
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
