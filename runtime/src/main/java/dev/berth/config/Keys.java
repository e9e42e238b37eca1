package dev.berth.config;

import dev.berth.network.NetworkSettings;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** All keys, in the order of the documentation. */
final class Keys {
  /** The kernel's {@code sun_path} holds 108 bytes, the last one a zero: unix(7). */
  static final int LONGEST_SOCKET_PATH = 107;

  static final Key<Path> ROOT =
      Key.ofString(
          "root",
          "an absolute path",
          "\"/var/lib/berth\"",
          "Directory on disk for images, the containers' writable layers and the journal. Only one"
              + " daemon at a time may use it. Made with mode 0700 when it is missing.",
          Keys::absolute);

  static final Key<Path> STATE =
      Key.ofString(
          "state",
          "an absolute path",
          "\"/run/berth\"",
          "Directory for what must not survive a reboot: the sockets of running pods and the files"
              + " they mount. Should be on a tmpfs.",
          Keys::absolute);

  static final Key<Path> SOCKET =
      Key.ofString(
          "socket",
          "an absolute path of at most " + LONGEST_SOCKET_PATH + " bytes",
          "\"<state>/berth.sock\"",
          "Unix socket on which the CRI is answered, mode 0660, owned by root. The kubelet's"
              + " `containerRuntimeEndpoint` is `unix://` followed by this path.",
          Keys::socketPath);

  static final Key<Path> REGISTRY_CONFIG_PATH =
      Key.ofString(
          "registry.config_path",
          "an absolute path",
          "\"/etc/berth/certs.d\"",
          "Directory of `HOST/hosts.toml` files in containerd's format: mirrors, certificates"
              + " and plain-http hosts of each registry. Read anew at every pull; it need not exist.",
          Keys::absolute);

  static final Key<Optional<Path>> REGISTRY_CREDENTIALS =
      Key.ofString(
          "registry.credentials",
          "an absolute path, or \"\" for none",
          "\"\"",
          "File of credentials by host, in the format of docker's `config.json`. Mirrors get what it"
              + " says of them, registries when a request brings no credentials of its own. Read"
              + " anew at every pull; it need not exist.",
          text -> text.isEmpty() ? Optional.empty() : Optional.of(absolute(text)));

  static final Key<Integer> REGISTRY_STALL_SECONDS =
      Key.ofInt(
          "registry.stall_seconds",
          1,
          3600,
          "60",
          "How long a registry may send nothing before a pull ends.");

  static final Key<List<String>> IMAGES_PINNED =
      Key.ofList(
          "images.pinned",
          "full image names, in which * stands for any characters",
          "[]",
          "Images that the kubelet must not garbage collect, e.g. `registry.k8s.io/pause:*`.",
          Keys::patterns);

  static final Key<Integer> IMAGES_PARALLEL_PULLS =
      Key.ofInt(
          "images.parallel_pulls", 1, 256, "16", "How many pulls work at once; the others wait.");

  static final Key<Integer> IMAGES_PARALLEL_LAYERS =
      Key.ofInt(
          "images.parallel_layers",
          0,
          64,
          "0",
          "How many layers of one pull are fetched and unpacked at once. 0: one a core, at least"
              + " three.");

  static final Key<Integer> IMAGES_PARALLEL_UNPACKS =
      Key.ofInt(
          "images.parallel_unpacks",
          0,
          256,
          "0",
          "How many layers of all pulls are fetched and unpacked at once, besides one for each"
              + " pull, so that no pull waits for another's layers. 0: two a core, at least six.");

  static final Key<Integer> IMAGES_RESUME_MIB =
      Key.ofInt(
          "images.resume_mib",
          0,
          1 << 20,
          "16",
          "Layers of at least this many MiB, as they travel, are kept on disk while they are"
              + " fetched, so that a pull that broke off, or a daemon that was restarted, goes on"
              + " where it was. 0: none.");

  static final Key<Optional<Path>> IMAGES_IMPORT_FOLDER =
      Key.ofString(
          "images.import_folder",
          "an absolute path, or \"\" for none",
          "\"\"",
          "Folder whose image archives (OCI layouts or what `docker save` writes, as tar) are"
              + " imported under the names in them: at the start, and when a file is added or"
              + " changed. For nodes that reach no registry; it need not exist.",
          text -> text.isEmpty() ? Optional.empty() : Optional.of(absolute(text)));

  static final Key<NetworkMode> NETWORK_MODE =
      Key.ofString(
          "network.mode",
          "\"builtin\" or \"cni\"",
          "\"builtin\"",
          "Who attaches pods to a network. `builtin`: Berth itself, with a bridge, veth links and"
              + " nftables rules that carry the instance's id. `cni`: the plugins of the lexically"
              + " first valid file in `network.cni_conf_dir`; until there is one the node says that"
              + " its network is not ready, and pods on the host's network run. A pod is detached"
              + " the way it was attached, also after this was changed.",
          text -> oneOf(NetworkMode.class, text));

  static final Key<List<PodCidr>> NETWORK_POD_CIDRS =
      Key.ofList(
          "network.pod_cidrs",
          "at least one ADDRESS/PREFIX",
          "[\"10.219.0.0/16\"]",
          "Where the built-in network takes pod addresses from: one address of each family that is"
              + " there, the first range's family first. Of several ranges of a family the next one"
              + " is for when the one before it is full. Two daemons on one machine need ranges"
              + " that do not overlap.",
          Keys::cidrs);

  static final Key<Integer> NETWORK_MTU =
      Key.ofInt(
          "network.mtu",
          576,
          65535,
          "1500",
          "Largest packet of the pods' links, in bytes. At least 1280 when pods have IPv6"
              + " addresses.");

  static final Key<Path> NETWORK_CNI_CONF_DIR =
      Key.ofString(
          "network.cni_conf_dir",
          "an absolute path",
          "\"/etc/cni/net.d\"",
          "Folder of CNI network configurations (`.conflist`, `.conf`, `.json`), for the mode"
              + " `cni`. It need not exist yet; what changes in it is seen without a restart.",
          Keys::absolute);

  static final Key<List<Path>> NETWORK_CNI_BIN_DIRS =
      Key.ofList(
          "network.cni_bin_dirs",
          "absolute paths",
          "[\"/opt/cni/bin\", \"/usr/lib/cni\"]",
          "Folders that CNI plugins are searched in, in this order.",
          texts -> texts.stream().map(Keys::absolute).toList());

  static final Key<Integer> NETWORK_CNI_TIMEOUT =
      Key.ofInt(
          "network.cni_timeout",
          1,
          3600,
          "60",
          "Seconds that all plugins together may take to attach a pod, and each of them for any"
              + " other call. Then the plugin is killed with all that it started.");

  static final Key<CgroupDriver> CGROUP_DRIVER =
      Key.ofString(
          "cgroup.driver",
          "\"cgroupfs\"",
          "\"cgroupfs\"",
          "Who makes the containers' control groups; the kubelet is told the same through"
              + " RuntimeConfig. `cgroupfs`: Berth, in the file system. (`systemd` comes with a"
              + " later version.)",
          Keys::cgroupDriver);

  static final Key<Optional<Path>> RUNTIME_DEFAULT_SECCOMP =
      Key.ofString(
          "runtime.default_seccomp",
          "\"builtin\" or an absolute path",
          "\"builtin\"",
          "The seccomp profile that containers get who ask for `RuntimeDefault`: the one that Berth"
              + " carries, or a file in the OCI runtime's JSON form.",
          text -> text.equals("builtin") ? Optional.empty() : Optional.of(absolute(text)));

  static final Key<List<Path>> RUNTIME_CDI_FOLDERS =
      Key.ofList(
          "runtime.cdi_folders",
          "absolute paths",
          "[\"/etc/cdi\", \"/var/run/cdi\"]",
          "Folders of CDI spec files, in YAML or JSON, that say what a device needs in a container."
              + " A later folder wins over an earlier one. They need not exist and are read when a"
              + " container names a device, again when they have changed.",
          texts -> texts.stream().map(Keys::absolute).toList());

  static final Key<List<ResourceLimit>> RUNTIME_RLIMITS =
      Key.ofList(
          "runtime.rlimits",
          "NAME=SOFT:HARD, NAME as in prlimit(1), numbers or \"unlimited\"",
          "[]",
          "Resource limits of every container, such as `nofile=1024:1048576`. What is not listed is"
              + " what the daemon has itself; a hard limit above the daemon's needs"
              + " CAP_SYS_RESOURCE.",
          texts -> texts.stream().map(ResourceLimit::parse).toList());

  static final Key<Integer> LIMITS_LOG_LINE_BYTES =
      Key.ofInt(
          "limits.log_line_bytes",
          256,
          1 << 20,
          "16384",
          "Longest piece of a container's output that becomes one line of its log; what is longer"
              + " is written as several lines with the tag `P` and a last one with the tag `F`.");

  static final Key<Integer> RPC_THREADS =
      Key.ofInt(
          "rpc.threads",
          4,
          1024,
          "32",
          "How many requests that change something (run, create, start, stop, pull, exec …) are"
              + " worked on at once; the others wait. Version, Status and the List calls have"
              + " threads of their own.");

  static final Key<InetAddress> STREAMING_ADDRESS =
      Key.ofString(
          "streaming.address",
          "an IP address",
          "\"127.0.0.1\"",
          "Where exec, attach and port-forward are streamed from, and what the URLs name. The"
              + " kubelet connects to it from the same machine.",
          Keys::address);

  static final Key<Integer> STREAMING_PORT =
      Key.ofInt("streaming.port", 0, 65535, "0", "The port of it; 0 takes a free one.");

  static final Key<Integer> STREAMING_IDLE_TIMEOUT =
      Key.ofInt(
          "streaming.idle_timeout_seconds",
          1,
          7 * 24 * 60 * 60,
          "14400",
          "After how long without a byte in either direction a streaming connection is closed.");

  static final Key<Integer> STREAMING_CREATION_TIMEOUT =
      Key.ofInt(
          "streaming.creation_timeout_seconds",
          1,
          3600,
          "30",
          "How long a client may take to send its request and to open its streams.");

  static final Key<Optional<Path>> STREAMING_TLS_CERT =
      Key.ofString(
          "streaming.tls_cert",
          "an absolute path, or \"\"",
          "\"\"",
          "Certificate chain of the streaming server, in PEM; with it the URLs are https. Read anew"
              + " when the file changes.",
          Keys::optionalPath);

  static final Key<Optional<Path>> STREAMING_TLS_KEY =
      Key.ofString(
          "streaming.tls_key",
          "an absolute path, or \"\"",
          "\"\"",
          "The certificate's key, in PEM (PKCS#8). Read anew when the file changes.",
          Keys::optionalPath);

  static final Key<String> STREAMING_TLS_MIN_VERSION =
      Key.ofString(
          "streaming.tls_min_version",
          "\"1.2\" or \"1.3\"",
          "\"1.2\"",
          "The lowest version of TLS that the streaming server speaks.",
          Keys::tlsVersion);

  static final Key<LogLevel> LOG_LEVEL =
      Key.ofString(
          "log.level",
          "\"error\", \"warn\", \"info\" or \"debug\"",
          "\"info\"",
          "The least important message that the daemon writes to its standard error.",
          text -> oneOf(LogLevel.class, text));

  static final Key<Integer> STATS_MAX_AGE_MS =
      Key.ofInt(
          "stats.max_age_ms",
          0,
          60_000,
          "1000",
          "How old, in milliseconds, a figure may be that the statistics and metrics calls answer."
              + " A younger one is not read from the kernel again, whoever asks.");

  static final Key<Integer> LOG_SLOW_REQUEST_MS =
      Key.ofInt(
          "log.slow_request_ms",
          0,
          600_000,
          "2000",
          "A request that takes longer than this, in milliseconds, is logged once with what each of"
              + " its steps took; 0 for none. Pulls, stops and commands inside are left out: they take"
              + " what others take.");

  static final Key<Optional<String>> METRICS_ADDRESS =
      Key.ofString(
          "metrics.address",
          "\"\", unix:/PATH or ADDRESS:PORT with a literal address",
          "\"\"",
          "Where Prometheus can read figures about the daemon itself, at the path `/metrics`. Empty for"
              + " nowhere.",
          Keys::metricsAddress);

  static final Key<Optional<URI>> TRACING_OTLP_ENDPOINT =
      Key.ofString(
          "tracing.otlp_endpoint",
          "\"\" or a URL with http or https",
          "\"\"",
          "Where spans of requests and their steps are sent, as OTLP over HTTP in JSON: the whole URL,"
              + " such as `http://127.0.0.1:4318/v1/traces`. Empty for nowhere, which costs nothing.",
          Keys::otlpEndpoint);

  /** Every key; the order is the documentation's. */
  static final List<Key<?>> ALL =
      List.of(
          ROOT,
          STATE,
          SOCKET,
          REGISTRY_CONFIG_PATH,
          REGISTRY_CREDENTIALS,
          REGISTRY_STALL_SECONDS,
          IMAGES_PINNED,
          IMAGES_PARALLEL_PULLS,
          IMAGES_PARALLEL_LAYERS,
          IMAGES_PARALLEL_UNPACKS,
          IMAGES_RESUME_MIB,
          IMAGES_IMPORT_FOLDER,
          NETWORK_MODE,
          NETWORK_POD_CIDRS,
          NETWORK_MTU,
          NETWORK_CNI_CONF_DIR,
          NETWORK_CNI_BIN_DIRS,
          NETWORK_CNI_TIMEOUT,
          CGROUP_DRIVER,
          RUNTIME_DEFAULT_SECCOMP,
          RUNTIME_CDI_FOLDERS,
          RUNTIME_RLIMITS,
          LIMITS_LOG_LINE_BYTES,
          RPC_THREADS,
          STREAMING_ADDRESS,
          STREAMING_PORT,
          STREAMING_IDLE_TIMEOUT,
          STREAMING_CREATION_TIMEOUT,
          STREAMING_TLS_CERT,
          STREAMING_TLS_KEY,
          STREAMING_TLS_MIN_VERSION,
          LOG_LEVEL,
          LOG_SLOW_REQUEST_MS,
          STATS_MAX_AGE_MS,
          METRICS_ADDRESS,
          TRACING_OTLP_ENDPOINT);

  private Keys() {}

  /** The key of this name. */
  static Optional<Key<?>> find(String name) {
    for (Key<?> key : ALL) {
      if (key.name().equals(name)) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }

  /** Whether some key lies below this table. */
  static boolean isTable(String name) {
    return ALL.stream().anyMatch(key -> key.name().startsWith(name + "."));
  }

  private static Path absolute(String text) {
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException("it is not absolute");
    }
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("it has a zero byte");
    }
    return Path.of(text).normalize();
  }

  private static Optional<Path> optionalPath(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(absolute(text));
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("it is no address, and names are not looked up", e);
    }
  }

  private static String tlsVersion(String text) {
    if (!text.equals("1.2") && !text.equals("1.3")) {
      throw new IllegalArgumentException("there is no such choice");
    }
    return text;
  }

  private static Path socketPath(String text) {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_SOCKET_PATH) {
      throw new IllegalArgumentException("it has " + length + " bytes");
    }
    return absolute(text);
  }

  private static Optional<String> metricsAddress(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.startsWith("unix:")) {
      return Optional.of("unix:" + socketPath(text.substring("unix:".length())));
    }
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || !text.substring(colon + 1).matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException("it has no :PORT");
    }
    InetAddress.ofLiteral(text.substring(0, colon).replace("[", "").replace("]", ""));
    return Optional.of(text);
  }

  private static Optional<URI> otlpEndpoint(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    URI uri = URI.create(text);
    if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
      throw new IllegalArgumentException("its scheme is " + uri.getScheme());
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("it names no host");
    }
    return Optional.of(uri);
  }

  private static CgroupDriver cgroupDriver(String text) {
    if (text.equals("systemd")) {
      throw new IllegalArgumentException("the systemd driver is not in this version");
    }
    return oneOf(CgroupDriver.class, text);
  }

  private static List<String> patterns(List<String> texts) {
    for (String text : texts) {
      if (text.indexOf('/') < 0 && !text.startsWith("*")) {
        throw new IllegalArgumentException("\"" + text + "\" does not begin with a registry");
      }
    }
    return texts;
  }

  private static List<PodCidr> cidrs(List<String> texts) {
    if (texts.isEmpty() || texts.size() > NetworkSettings.MOST_RANGES) {
      throw new IllegalArgumentException("there are " + texts.size());
    }
    List<PodCidr> cidrs = texts.stream().map(PodCidr::parse).toList();
    for (int i = 1; i < cidrs.size(); i++) {
      for (PodCidr before : cidrs.subList(0, i)) {
        if (before.range().overlaps(cidrs.get(i).range())) {
          throw new IllegalArgumentException(before + " and " + cidrs.get(i) + " overlap");
        }
      }
    }
    return cidrs;
  }

  private static <E extends Enum<E>> E oneOf(Class<E> type, String text) {
    return Arrays.stream(type.getEnumConstants())
        .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no such choice"));
  }
}
