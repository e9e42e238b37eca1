package dev.berth.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything a daemon is told.
 *
 * @param root absolute directory on disk: images, container roots, the journal
 * @param state absolute directory that does not survive a reboot: pods' sockets and files
 * @param socket absolute path of the unix socket that answers the CRI
 */
public record BerthConfig(
    Path root,
    Path state,
    Path socket,
    Registry registry,
    Network network,
    Cgroup cgroup,
    RuntimeDefaults runtime,
    Limits limits,
    Rpc rpc,
    Log log,
    Stats stats) {

  /**
   * How images are pulled.
   *
   * @param configPath absolute directory of {@code HOST/hosts.toml} files; need not exist
   */
  public record Registry(Path configPath) {}

  /**
   * The pod network.
   *
   * @param mode who attaches pods
   * @param podCidrs where pod addresses come from: one range, or one of each family
   * @param mtu of the pods' links, in bytes
   */
  public record Network(NetworkMode mode, List<PodCidr> podCidrs, int mtu) {}

  /** Control groups: who makes them. */
  public record Cgroup(CgroupDriver driver) {}

  /**
   * What containers get that their request leaves open.
   *
   * @param defaultSeccomp the profile behind {@code RuntimeDefault}: absolute path of a profile in
   *     the OCI runtime's JSON form, or empty for the one that Berth carries
   */
  public record RuntimeDefaults(Optional<Path> defaultSeccomp) {}

  /**
   * Bounds on what one container may cost.
   *
   * @param logLineBytes longest piece of output written as one line of a container's log
   */
  public record Limits(int logLineBytes) {}

  /**
   * The server on the socket.
   *
   * @param threads how many requests that change something run at once; the others wait
   */
  public record Rpc(int threads) {}

  /** The daemon's own log. */
  public record Log(LogLevel level) {}

  /**
   * Figures about pods and containers.
   *
   * @param maxAge how old a figure may be that is answered
   */
  public record Stats(Duration maxAge) {}
}
