package dev.berth.config;

import java.net.InetAddress;
import java.net.URI;
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
    Images images,
    Network network,
    Cgroup cgroup,
    RuntimeDefaults runtime,
    Limits limits,
    Rpc rpc,
    Streaming streaming,
    Log log,
    Stats stats,
    Metrics metrics,
    Tracing tracing) {

  /**
   * How images are pulled.
   *
   * @param configPath absolute directory of {@code HOST/hosts.toml} files; need not exist
   * @param credentials absolute path of credentials by host; need not exist
   * @param stallSeconds how long a registry may send nothing
   */
  public record Registry(Path configPath, Optional<Path> credentials, int stallSeconds) {}

  /**
   * How images are kept.
   *
   * @param pinned patterns of names that the kubelet must not garbage collect
   * @param parallelPulls pulls at once
   * @param parallelLayers layers of one pull at once; 0 for what fits the machine
   * @param parallelUnpacks layers of all pulls at once; 0 for what fits the machine
   * @param resumeMib size of the smallest layer that a later pull goes on with; 0 for none
   * @param keepBlobs whether layers stay as they came
   * @param verifierFolder absolute path of a folder of programs asked before a pull
   * @param verifierTimeout the longest one of them may take
   * @param importFolder absolute path of a folder of archives to import; need not exist
   */
  public record Images(
      List<String> pinned,
      int parallelPulls,
      int parallelLayers,
      int parallelUnpacks,
      int resumeMib,
      boolean keepBlobs,
      Optional<Path> verifierFolder,
      Duration verifierTimeout,
      Optional<Path> importFolder) {
    public Images {
      pinned = List.copyOf(pinned);
    }
  }

  /**
   * The pod network.
   *
   * @param mode who attaches pods
   * @param podCidrs where pod addresses come from, the first family's first; ranges do not overlap
   * @param mtu of the pods' links, in bytes
   * @param cni what the mode of that name needs
   */
  public record Network(NetworkMode mode, List<PodCidr> podCidrs, int mtu, Cni cni) {}

  /**
   * The plugins of the Container Network Interface.
   *
   * @param confDir folder of network configurations; need not exist
   * @param binDirs folders that plugins are searched in, in order
   * @param timeout of all ADDs of a pod together, and of every other call alone
   */
  public record Cni(Path confDir, List<Path> binDirs, Duration timeout) {}

  /** Control groups: who makes them. */
  public record Cgroup(CgroupDriver driver) {}

  /**
   * What containers get that their request leaves open.
   *
   * @param defaultSeccomp the profile behind {@code RuntimeDefault}: absolute path of a profile in
   *     the OCI runtime's JSON form, or empty for the one that Berth carries
   * @param cdiFolders absolute folders of device spec files; the later ones win
   * @param rlimits resource limits of every container
   * @param handlers runtime handlers besides Berth's own engine
   */
  public record RuntimeDefaults(
      Optional<Path> defaultSeccomp,
      List<Path> cdiFolders,
      List<ResourceLimit> rlimits,
      List<HandlerCommand> handlers) {}

  /**
   * Bounds on what one container may cost.
   *
   * @param logLineBytes longest piece of output written as one line of a container's log
   * @param logWhenFull what happens when a log cannot be written
   */
  public record Limits(int logLineBytes, LogWhenFull logWhenFull) {}

  /**
   * The server on the socket.
   *
   * @param threads how many requests that change something run at once; the others wait
   */
  public record Rpc(int threads) {}

  /**
   * The server that exec, attach and port-forward are streamed from.
   *
   * @param address where it listens, and what its URLs name
   * @param port 0 for a free one
   * @param idleTimeout after how long without traffic a connection is closed
   * @param creationTimeout how long a client may take to open its streams
   * @param tls empty for plain HTTP
   */
  public record Streaming(
      InetAddress address,
      int port,
      Duration idleTimeout,
      Duration creationTimeout,
      Optional<StreamingTls> tls) {}

  /**
   * The streaming server's identity.
   *
   * @param certificate chain in PEM
   * @param key in PEM, PKCS#8
   * @param minimum lowest version of TLS, "1.2" or "1.3"
   */
  public record StreamingTls(Path certificate, Path key, String minimum) {}

  /**
   * The daemon's own log.
   *
   * @param level the least important message that is shown
   * @param slowRequest a request that takes longer is logged with its steps; zero for none
   */
  public record Log(LogLevel level, Duration slowRequest) {}

  /**
   * Figures about pods and containers.
   *
   * @param maxAge how old a figure may be that is answered
   */
  public record Stats(Duration maxAge) {}

  /**
   * The Prometheus endpoint.
   *
   * @param address {@code unix:/PATH} or {@code ADDRESS:PORT}; empty for no endpoint
   */
  public record Metrics(Optional<String> address) {}

  /**
   * Spans of requests.
   *
   * @param otlpEndpoint where they are sent, as OTLP over HTTP; empty for nowhere
   */
  public record Tracing(Optional<URI> otlpEndpoint) {}
}
