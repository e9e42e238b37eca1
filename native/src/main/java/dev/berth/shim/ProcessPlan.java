package dev.berth.shim;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What runs, and with which privileges.
 *
 * @param args the command first; one without a slash is searched for in the PATH of {@code env}
 * @param env KEY=VALUE strings, exactly these
 * @param cwd absolute path in the container, made when missing
 * @param noNewPrivs whether no program may gain privileges
 * @param filter seccomp filter, {@link FilterProgram#NONE} for none
 * @param oomScoreAdj -1000 to 1000, or null to leave it; where the kernel forbids lowering, the
 *     lowest value allowed is used
 * @param umask file mode creation mask, usually 022
 */
public record ProcessPlan(
    List<String> args,
    List<String> env,
    String cwd,
    UserPlan user,
    CapabilitySets capabilities,
    boolean noNewPrivs,
    FilterProgram filter,
    List<Rlimit> rlimits,
    @Nullable Integer oomScoreAdj,
    int umask) {

  public ProcessPlan {
    args = List.copyOf(args);
    env = List.copyOf(env);
    rlimits = List.copyOf(rlimits);
    if (args.isEmpty()) {
      throw new IllegalArgumentException("a process needs a command");
    }
  }
}
