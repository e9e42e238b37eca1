package dev.berth.spec;

import dev.berth.shim.PodPlan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A checked pod.
 *
 * @param plan what its shim makes
 * @param hostNetwork whether it uses the machine's network and name
 * @param hostname the name it goes by
 * @param resolvConf content of its resolv.conf, null for a copy of the machine's
 * @param ports ports of the machine that lead to it
 * @param cgroupParent absolute path below the hierarchy's root, or a slice's name, or {@code ""}
 * @param logDirectory absolute directory of its containers' logs, {@code ""} for no logs
 */
public record SandboxPlan(
    PodPlan plan,
    boolean hostNetwork,
    String hostname,
    @Nullable String resolvConf,
    List<HostPort> ports,
    String cgroupParent,
    String logDirectory) {

  public SandboxPlan {
    ports = List.copyOf(ports);
  }
}
