package dev.berth.config;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts a configuration together from a file and from options. */
public final class ConfigLoader {
  private final List<Setting> options = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private Optional<Path> file = Optional.empty();

  /** The file to read; without one there are only defaults and options. */
  public ConfigLoader file(Path path) {
    file = Optional.of(path);
    return this;
  }

  /**
   * One option, stronger than the file and than options before it.
   *
   * @param option as it was typed, for messages, e.g. {@code --root}
   * @param key the key it sets; need not exist (that is refused at {@link #load})
   * @param text the value; the items of a list are separated by commas
   */
  public ConfigLoader set(String option, String key, String text) {
    Origin origin = new Origin(option, 0);
    ValueType type = Keys.find(key).map(Key::type).orElse(ValueType.STRING);
    try {
      options.add(new Setting(key, type.parse(text), origin));
    } catch (IllegalArgumentException e) {
      options.add(new Setting(key, text, origin));
    }
    return this;
  }

  /** One {@code --set KEY=VALUE}. */
  public ConfigLoader set(String assignment) {
    int equals = assignment.indexOf('=');
    if (equals <= 0) {
      problems.add("--set " + assignment + ": expected KEY=VALUE");
      return this;
    }
    return set("--set", assignment.substring(0, equals), assignment.substring(equals + 1));
  }

  /**
   * Reads the file and checks everything.
   *
   * @throws ConfigRefused with all that is wrong
   */
  public BerthConfig load() throws ConfigRefused {
    return load(new Settings());
  }

  /**
   * Reads the file and checks everything.
   *
   * @return every key's value and where it comes from
   * @throws ConfigRefused with all that is wrong
   */
  public List<Effective> effective() throws ConfigRefused {
    return read().effective();
  }

  /** A configuration, and the settings that it was made of. */
  public static final class Loaded {
    private final BerthConfig config;
    private final Settings settings;

    private Loaded(BerthConfig config, Settings settings) {
      this.config = config;
      this.settings = settings;
    }

    /** The configuration. */
    public BerthConfig config() {
      return config;
    }

    /** Each value as it would stand in a file; made when it is asked for. */
    public List<Effective> effective() {
      return settings.effective();
    }
  }

  /**
   * Reads the file, as it is now, and checks everything.
   *
   * @throws ConfigRefused with all that is wrong
   */
  public Loaded read() throws ConfigRefused {
    Settings settings = new Settings();
    BerthConfig config = load(settings);
    return new Loaded(config, settings);
  }

  private BerthConfig load(Settings settings) throws ConfigRefused {
    if (file.isPresent()) {
      TomlFile.read(file.get()).forEach(settings::put);
    }
    options.forEach(settings::put);
    BerthConfig config = build(settings);
    checkTogether(config, settings);
    List<String> wrong = new ArrayList<>(problems);
    wrong.addAll(settings.problems());
    if (!wrong.isEmpty()) {
      throw new ConfigRefused(wrong);
    }
    return config;
  }

  private static BerthConfig build(Settings given) {
    Path state = given.get(FolderKeys.STATE, Path.of("/run/berth"));
    return new BerthConfig(
        given.get(FolderKeys.ROOT, Path.of("/var/lib/berth")),
        state,
        given.get(FolderKeys.SOCKET, state.resolve("berth.sock")),
        new BerthConfig.Registry(
            given.get(ImageKeys.REGISTRY_CONFIG_PATH, Path.of("/etc/berth/certs.d")),
            given.get(ImageKeys.REGISTRY_CREDENTIALS, Optional.empty()),
            given.get(ImageKeys.REGISTRY_STALL_SECONDS, 60)),
        images(given),
        new BerthConfig.Network(
            given.get(NetworkKeys.NETWORK_MODE, NetworkMode.BUILTIN),
            given.get(
                NetworkKeys.NETWORK_POD_CIDRS,
                List.of(new PodCidr(InetAddress.ofLiteral("10.219.0.0"), 16))),
            given.get(NetworkKeys.NETWORK_MTU, 1500),
            cni(given)),
        new BerthConfig.Cgroup(given.get(ContainerKeys.CGROUP_DRIVER, CgroupDriver.CGROUPFS)),
        new BerthConfig.RuntimeDefaults(
            given.get(ContainerKeys.RUNTIME_DEFAULT_SECCOMP, Optional.empty()),
            given.get(
                ContainerKeys.RUNTIME_CDI_FOLDERS,
                List.of(Path.of("/etc/cdi"), Path.of("/var/run/cdi"))),
            given.get(ContainerKeys.RUNTIME_RLIMITS, List.of()),
            given.get(ContainerKeys.RUNTIME_HANDLERS, List.of())),
        new BerthConfig.Limits(
            given.get(ContainerKeys.LIMITS_LOG_LINE_BYTES, 16 * 1024),
            given.get(ContainerKeys.LIMITS_LOG_WHEN_FULL, LogWhenFull.DROP)),
        new BerthConfig.Rpc(given.get(ServerKeys.RPC_THREADS, 32)),
        streaming(given),
        new BerthConfig.Log(
            given.get(SightKeys.LOG_LEVEL, LogLevel.INFO),
            Duration.ofMillis(given.get(SightKeys.LOG_SLOW_REQUEST_MS, 2000))),
        new BerthConfig.Stats(Duration.ofMillis(given.get(SightKeys.STATS_MAX_AGE_MS, 1000))),
        new BerthConfig.Metrics(given.get(SightKeys.METRICS_ADDRESS, Optional.empty())),
        new BerthConfig.Tracing(given.get(SightKeys.TRACING_OTLP_ENDPOINT, Optional.empty())));
  }

  private static BerthConfig.Streaming streaming(Settings given) {
    Optional<Path> certificate = given.get(ServerKeys.STREAMING_TLS_CERT, Optional.empty());
    Optional<Path> key = given.get(ServerKeys.STREAMING_TLS_KEY, Optional.empty());
    String minimum = given.get(ServerKeys.STREAMING_TLS_MIN_VERSION, "1.2");
    if (certificate.isPresent() != key.isPresent()) {
      given.refuse(
          certificate.isPresent() ? ServerKeys.STREAMING_TLS_CERT : ServerKeys.STREAMING_TLS_KEY,
          "certificate and key belong together");
    }
    return new BerthConfig.Streaming(
        given.get(ServerKeys.STREAMING_ADDRESS, InetAddress.ofLiteral("127.0.0.1")),
        given.get(ServerKeys.STREAMING_PORT, 0),
        Duration.ofSeconds(given.get(ServerKeys.STREAMING_IDLE_TIMEOUT, 4 * 60 * 60)),
        Duration.ofSeconds(given.get(ServerKeys.STREAMING_CREATION_TIMEOUT, 30)),
        certificate.flatMap(c -> key.map(k -> new BerthConfig.StreamingTls(c, k, minimum))));
  }

  private static BerthConfig.Cni cni(Settings given) {
    return new BerthConfig.Cni(
        given.get(NetworkKeys.NETWORK_CNI_CONF_DIR, Path.of("/etc/cni/net.d")),
        given.get(
            NetworkKeys.NETWORK_CNI_BIN_DIRS,
            List.of(Path.of("/opt/cni/bin"), Path.of("/usr/lib/cni"))),
        Duration.ofSeconds(given.get(NetworkKeys.NETWORK_CNI_TIMEOUT, 60)));
  }

  private static BerthConfig.Images images(Settings given) {
    return new BerthConfig.Images(
        given.get(ImageKeys.IMAGES_PINNED, List.of()),
        given.get(ImageKeys.IMAGES_PARALLEL_PULLS, 16),
        given.get(ImageKeys.IMAGES_PARALLEL_LAYERS, 0),
        given.get(ImageKeys.IMAGES_PARALLEL_UNPACKS, 0),
        given.get(ImageKeys.IMAGES_RESUME_MIB, 16),
        given.get(ImageKeys.IMAGES_LAYER_BLOBS, false),
        given.get(ImageKeys.IMAGES_VERIFIER_FOLDER, Optional.empty()),
        Duration.ofSeconds(given.get(ImageKeys.IMAGES_VERIFIER_SECONDS, 10)),
        given.get(ImageKeys.IMAGES_IMPORT_FOLDER, Optional.empty()));
  }

  private static void checkTogether(BerthConfig config, Settings settings) {
    if (config.root().startsWith(config.state()) || config.state().startsWith(config.root())) {
      settings.refuse(
          FolderKeys.STATE, "root (" + config.root() + ") and state must not lie in each other");
    }
    int length = config.socket().toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > Values.LONGEST_SOCKET_PATH) {
      settings.refuse(
          FolderKeys.SOCKET,
          "the default below state would have "
              + length
              + " bytes, the kernel allows "
              + Values.LONGEST_SOCKET_PATH);
    }
    if (config.network().podCidrs().stream().anyMatch(PodCidr::isIpv6)
        && config.network().mtu() < 1280) {
      settings.refuse(NetworkKeys.NETWORK_MTU, "IPv6 needs at least 1280");
    }
  }
}
