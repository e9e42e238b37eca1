package dev.berth.migration;

import dev.berth.config.ForeignSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The configuration of containerd, versions 1 to 3 of its file. */
final class Containerd {
  /** The CRI plugin under the names that it had. */
  private static final Set<String> CRI =
      Set.of(
          "cri",
          "io.containerd.grpc.v1.cri",
          "io.containerd.cri.v1.runtime",
          "io.containerd.cri.v1.images");

  static final Rules RULES = rules();

  private Containerd() {}

  /** The setting with the CRI plugin's settings below {@code cri}, whatever the file's version. */
  static ForeignSetting plain(ForeignSetting setting) {
    List<String> path = setting.path();
    if (path.size() < 3 || !path.getFirst().equals("plugins") || !CRI.contains(path.get(1))) {
      return setting;
    }
    List<String> plain = new ArrayList<>(List.of("cri"));
    plain.addAll(path.subList(2, path.size()));
    return new ForeignSetting(plain, setting.value(), setting.line());
  }

  private static Rules rules() {
    Rules rules = new Rules();
    daemon(rules);
    network(rules);
    images(rules);
    runtimes(rules);
    containers(rules);
    return rules.drop(
        "plugins.**", "it is a part of containerd that Berth does not have or does itself");
  }

  private static void daemon(Rules rules) {
    String own = "Berth has folders and a socket of its own: images are pulled again";
    rules
        .drop("version", "it is the version of containerd's file")
        .drop("root", own)
        .drop("state", own)
        .drop("grpc.address", own + "; point the kubelet at unix:///run/berth/berth.sock")
        .drop("grpc.**", "Berth's socket is root's, and takes messages of 16 MiB")
        .carry("debug.level", "log.level", Values::logLevel)
        .carry("metrics.address", "metrics.address")
        .drop("oom_score", "the systemd unit sets it (OOMScoreAdjust=)")
        .drop("imports", "import each of these files by itself")
        .drop("proxy_plugins.**", "Berth has no plugins of containerd's kind")
        .carry("cri.stream_server_address", "streaming.address")
        .carry("cri.stream_server_port", "streaming.port")
        .carry("cri.stream_idle_timeout", "streaming.idle_timeout_seconds", Values::seconds)
        .carry("cri.x509_key_pair_streaming.tls_cert_file", "streaming.tls_cert")
        .carry("cri.x509_key_pair_streaming.tls_key_file", "streaming.tls_key")
        .drop("cri.enable_tls_streaming", "streaming is by TLS when there is a certificate");
  }

  private static void network(Rules rules) {
    rules
        .carry("cri.cni.conf_dir", "network.cni_conf_dir")
        .carry("cri.cni.bin_dir", "network.cni_bin_dirs")
        .carry("cri.cni.bin_dirs", "network.cni_bin_dirs")
        .drop(
            "cri.cni.max_conf_num",
            "Berth takes the first valid configuration of the folder, as containerd's default does")
        .drop("cri.cni.**", "Berth takes CNI configurations as they lie in the folder");
  }

  private static void images(Rules rules) {
    rules
        .carry("cri.registry.config_path", "registry.config_path", Values::firstFolder)
        .decide("cri.registry.mirrors.*.endpoint", Containerd::mirror)
        .drop(
            "cri.registry.configs.**",
            "credentials belong into registry.credentials (docker's config.json), certificates into"
                + " hosts.toml")
        .drop("cri.registry.**", "hosts.toml says it for each registry")
        .carry("cri.max_concurrent_downloads", "images.parallel_layers")
        .carry("cri.image_pull_progress_timeout", "registry.stall_seconds", Values::seconds)
        .drop("cri.sandbox_image", "Berth needs no pause image")
        .drop("cri.pinned_images.sandbox", "Berth needs no pause image")
        .drop("cri.snapshotter", "layers are unpacked for overlayfs, always")
        .drop("cri.containerd.snapshotter", "layers are unpacked for overlayfs, always");
  }

  private static Fate mirror(ForeignSetting setting) {
    String registry = setting.path().get(3);
    List<?> endpoints = setting.value() instanceof List<?> list ? list : List.of();
    String hosts = String.join(" ", endpoints.stream().map(e -> "[host.\"" + e + "\"]").toList());
    return new Fate.Dropped(
        "mirrors are in files: write "
            + registry
            + "/hosts.toml below registry.config_path: "
            + hosts);
  }

  private static void runtimes(Rules rules) {
    rules
        .decide("cri.containerd.runtimes.*.options.SystemdCgroup", Containerd::cgroupDriver)
        .decide("cri.containerd.runtimes.*.**", Containerd::handler)
        .drop("cri.containerd.default_runtime_name", "Berth runs containers itself")
        .drop("cri.containerd.**", "Berth runs containers itself");
  }

  private static Fate cgroupDriver(ForeignSetting setting) {
    return setting.path().get(3).equals("runc")
        ? new Fate.Carried("cgroup.driver", "systemd")
        : handler(setting);
  }

  private static Fate handler(ForeignSetting setting) {
    String name = setting.path().get(3);
    return new Fate.Dropped(
        name.equals("runc")
            ? "Berth runs containers itself, without runc"
            : "handler \""
                + name
                + "\": see docs/manual/runtimeclass.md for which handlers there are");
  }

  private static void containers(Rules rules) {
    rules
        .carry("cri.max_container_log_line_size", "limits.log_line_bytes")
        .carry("cri.cdi_spec_dirs", "runtime.cdi_folders")
        .drop("cri.enable_cdi", "Berth always gives CDI devices")
        .drop("cri.enable_selinux", "Berth sets no SELinux labels")
        .drop("cri.disable_apparmor", "profiles are used where a pod asks for one")
        .drop(
            "cri.enable_unprivileged_ports",
            "pods ask for it by the sysctl net.ipv4.ip_unprivileged_port_start")
        .drop(
            "cri.enable_unprivileged_icmp",
            "pods ask for it by the sysctl net.ipv4.ping_group_range")
        .drop(
            "cri.unset_seccomp_profile",
            "a pod without a profile runs without one; use the kubelet's" + " seccompDefault")
        .drop("cri.**", "Berth has no such choice");
  }
}
