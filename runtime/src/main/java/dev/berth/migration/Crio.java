package dev.berth.migration;

import dev.berth.config.ForeignSetting;

/** The configuration of CRI-O. */
final class Crio {
  static final Rules RULES = rules();

  private Crio() {}

  private static Rules rules() {
    Rules rules = new Rules();
    daemon(rules);
    containers(rules);
    images(rules);
    String own = "Berth has folders and a socket of its own: images are pulled again";
    return rules
        .drop("crio.api.listen", own + "; point the kubelet at unix:///run/berth/berth.sock")
        .drop("crio.root", own)
        .drop("crio.runroot", own)
        .drop("crio.storage_driver", "layers are unpacked for overlayfs, always")
        .drop("crio.storage_option", "layers are unpacked for overlayfs, always")
        .carry("crio.network.network_dir", "network.cni_conf_dir")
        .carry("crio.network.plugin_dirs", "network.cni_bin_dirs")
        .drop(
            "crio.network.cni_default_network",
            "Berth takes the lexically first valid configuration of the folder")
        .drop("crio.**", "Berth has no such choice");
  }

  private static void daemon(Rules rules) {
    rules
        .carry("crio.runtime.log_level", "log.level", Values::logLevel)
        .carry("crio.api.stream_address", "streaming.address")
        .carry("crio.api.stream_port", "streaming.port")
        .carry("crio.api.stream_idle_timeout", "streaming.idle_timeout_seconds", Values::seconds)
        .carry("crio.api.stream_tls_cert", "streaming.tls_cert")
        .carry("crio.api.stream_tls_key", "streaming.tls_key")
        .drop("crio.api.stream_enable_tls", "streaming is by TLS when there is a certificate")
        .drop("crio.api.grpc_max_send_msg_size", "Berth sends and takes messages of 16 MiB")
        .drop("crio.api.grpc_max_recv_msg_size", "Berth sends and takes messages of 16 MiB")
        .carry("crio.metrics.metrics_port", "metrics.address", port -> "127.0.0.1:" + port.text())
        .drop("crio.metrics.**", "metrics.address alone says whether and where there are metrics")
        .drop(
            "crio.tracing.tracing_endpoint",
            "CRI-O sends spans by gRPC, Berth by HTTP: set tracing.otlp_endpoint to the collector's"
                + " http URL")
        .drop("crio.tracing.**", "tracing.otlp_endpoint alone says whether there are spans");
  }

  private static void containers(Rules rules) {
    rules
        .carry("crio.runtime.cgroup_manager", "cgroup.driver")
        .carry("crio.runtime.seccomp_profile", "runtime.default_seccomp")
        .carry("crio.runtime.default_ulimits", "runtime.rlimits")
        .carry("crio.runtime.cdi_spec_dirs", "runtime.cdi_folders")
        .decide("crio.runtime.runtimes.*.**", Crio::handler)
        .drop("crio.runtime.default_runtime", "Berth runs containers itself")
        .drop("crio.runtime.conmon", "Berth has a monitor of its own")
        .drop("crio.runtime.conmon_cgroup", "Berth has a monitor of its own")
        .drop("crio.runtime.conmon_env", "Berth has a monitor of its own")
        .drop("crio.runtime.pids_limit", "the kubelet's podPidsLimit says it")
        .drop("crio.runtime.log_size_max", "the kubelet's containerLogMaxSize says it")
        .drop("crio.runtime.default_sysctls", "pods ask for sysctls themselves")
        .drop("crio.runtime.default_capabilities", "Berth's default set is that of containerd")
        .drop("crio.runtime.default_env", "pods have the environment that they ask for")
        .drop("crio.runtime.hooks_dir", "Berth runs no hooks")
        .drop("crio.runtime.selinux", "Berth sets no SELinux labels")
        .drop("crio.runtime.apparmor_profile", "profiles are used where a pod asks for one");
  }

  private static Fate handler(ForeignSetting setting) {
    String name = setting.path().get(3);
    return new Fate.Dropped(
        name.equals("runc") || name.equals("crun")
            ? "Berth runs containers itself, without " + name
            : "handler \""
                + name
                + "\": see docs/manual/runtimeclass.md for which handlers there are");
  }

  private static void images(Rules rules) {
    rules
        .carry("crio.image.pinned_images", "images.pinned")
        .carry("crio.image.global_auth_file", "registry.credentials")
        .carry("crio.image.pull_progress_timeout", "registry.stall_seconds", Values::seconds)
        .drop("crio.image.pause_image", "Berth needs no pause image")
        .drop("crio.image.pause_command", "Berth needs no pause image")
        .drop("crio.image.pause_image_auth_file", "Berth needs no pause image")
        .drop("crio.image.insecure_registries", "write a hosts.toml with server = \"http://HOST\"")
        .drop("crio.image.signature_policy", "Berth verifies digests, no signatures");
  }
}
