package dev.berth.e2e;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.HugepageLimit;
import dev.berth.cri.v1.Int64Value;
import dev.berth.cri.v1.LinuxContainerResources;
import dev.berth.cri.v1.LinuxContainerSecurityContext;
import dev.berth.cri.v1.Mount;
import dev.berth.cri.v1.NamespaceMode;
import dev.berth.cri.v1.NamespaceOption;
import dev.berth.cri.v1.PodSandboxConfig;
import dev.berth.cri.v1.PortMapping;
import dev.berth.e2e.cri.Pods;
import io.grpc.Status.Code;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Requests that cannot be served, each with its code and the words that the refusal must have. */
final class BadRequests {
  private BadRequests() {}

  static Stream<Arguments> containers() {
    return Stream.of(
        container(
            "an image that is not there",
            Code.NOT_FOUND,
            c -> c.setImage(Pods.image("registry.k8s.io/e2e/nothing:1")),
            "image",
            "registry.k8s.io/e2e/nothing:1"),
        container("a command not found", c -> command(c, "/no/such"), "command", "/no/such"),
        container("a command not on the PATH", c -> command(c, "no-such"), "command", "no-such"),
        container(
            "a command that is no program",
            c -> command(c, "/etc/passwd"),
            "command",
            "/etc/passwd"),
        container("a command that is a folder", c -> command(c, "/etc"), "command", "/etc"),
        container(
            "a user name nobody has",
            c -> security(c).setRunAsUsername("ghost"),
            "run_as_username",
            "ghost"),
        container(
            "a negative user", c -> security(c).setRunAsUser(number(-5)), "run_as_user", "-5"),
        container(
            "a user beyond 32 bits",
            c -> security(c).setRunAsUser(number(1L << 32)),
            "run_as_user",
            "4294967296"),
        container(
            "a group without a user",
            c -> security(c).setRunAsGroup(number(7)),
            "run_as_group",
            "7"),
        container(
            "a negative group",
            c -> security(c).addSupplementalGroups(-1),
            "supplemental_groups",
            "-1"),
        container(
            "a working dir that is a file",
            c -> c.setWorkingDir("/etc/passwd"),
            "working_dir",
            "/etc/passwd"),
        container(
            "a working dir that is relative", c -> c.setWorkingDir("etc"), "working_dir", "etc"),
        container(
            "a mount source that is not there",
            c -> mount(c, "/no/such/source", "/mnt"),
            "host_path",
            "/no/such/source"),
        container(
            "a mount target that is relative",
            c -> mount(c, "/etc", "mnt"),
            "container_path",
            "mnt"),
        container(
            "a capability that does not exist",
            c -> security(c).getCapabilitiesBuilder().addAddCapabilities("FLY"),
            "add_capabilities",
            "FLY"),
        container("no name", c -> c.getMetadataBuilder().setName(""), "metadata.name"),
        container(
            "a log path that leads out",
            c -> c.setLogPath("../../escaped.log"),
            "log_path",
            "../../escaped.log"),
        container(
            "a log of a name that no file can have",
            c -> c.setLogPath("l".repeat(300)),
            "config.log_path"),
        container(
            "a folder mounted on a file",
            c -> mount(c, "/etc", "/etc/passwd"),
            "config.mounts[0].container_path",
            "/etc/passwd"),
        container(
            "a file mounted on a folder",
            c -> mount(c, "/etc/passwd", "/etc"),
            "config.mounts[0].container_path",
            "/etc"),
        container(
            "a way of spreading mounts that there is not",
            c ->
                c.addMounts(
                    Mount.newBuilder()
                        .setHostPath("/etc")
                        .setContainerPath("/mnt")
                        .setPropagationValue(9)),
            "config.mounts[0].propagation",
            "9"),
        container(
            "the processes of a container nobody has",
            Code.FAILED_PRECONDITION,
            c ->
                security(c)
                    .getNamespaceOptionsBuilder()
                    .setPid(NamespaceMode.TARGET)
                    .setTargetId("nobody"),
            "target_id",
            "nobody"),
        container(
            "a page size that the kernel has not",
            c ->
                resources(c)
                    .addHugepageLimits(HugepageLimit.newBuilder().setPageSize("3MB").setLimit(1)),
            "hugepage_limits",
            "3MB"),
        container(
            "less memory than a process needs",
            c -> resources(c).setMemoryLimitInBytes(1000),
            "memory_limit_in_bytes",
            "1000"),
        container(
            "memory with swap below memory",
            c -> resources(c).setMemoryLimitInBytes(64 << 20).setMemorySwapLimitInBytes(32 << 20),
            "memory_swap_limit_in_bytes",
            "33554432"),
        container(
            "processors that the machine has not",
            c -> resources(c).setCpusetCpus("4000"),
            "cpuset_cpus",
            "4000"),
        container(
            "a signal that there is not", c -> c.setStopSignalValue(200), "stop_signal", "200"));
  }

  static Stream<Arguments> pods() {
    return Stream.of(
        pod("an unknown handler", "no-such", c -> {}, "runtime_handler", "no-such"),
        pod("no metadata", "", PodSandboxConfig.Builder::clearMetadata, "metadata"),
        pod("no name", "", c -> c.getMetadataBuilder().setName(""), "metadata.name"),
        pod("no uid", "", c -> c.getMetadataBuilder().setUid(""), "metadata.uid"),
        pod(
            "a cgroup parent that leads out",
            "",
            c -> parent(c, "/../../etc"),
            "cgroup_parent",
            "/../../etc"),
        pod(
            "a cgroup parent that cannot be made",
            "",
            c -> parent(c, "/cgroup.procs/pods"),
            "cgroup_parent",
            "/cgroup.procs/pods"),
        pod(
            "a host name that is none",
            "",
            c -> c.setHostname("not a host"),
            "hostname",
            "not a host"),
        pod(
            "a log folder that is relative",
            "",
            c -> c.setLogDirectory("logs"),
            "log_directory",
            "logs"),
        pod(
            "a kernel parameter that there is not",
            "",
            c -> c.getLinuxBuilder().putSysctls("net.ipv4.no_such", "1"),
            "config.linux.sysctls",
            "net.ipv4.no_such"),
        pod(
            "a kernel parameter's impossible value",
            "",
            c -> c.getLinuxBuilder().putSysctls("net.ipv4.ip_forward", "perhaps"),
            "config.linux.sysctls[net.ipv4.ip_forward]",
            "perhaps"),
        pod(
            "a protocol that there is not",
            "",
            c ->
                c.addPortMappings(
                    PortMapping.newBuilder()
                        .setContainerPort(80)
                        .setHostPort(80)
                        .setProtocolValue(7)),
            "port_mappings[0].protocol",
            "7"),
        pod(
            "a kind of network that there is not",
            "",
            c -> options(c).setNetworkValue(9),
            "namespace_options.network",
            "9"),
        pod(
            "a limit of the machine's own network",
            "",
            c -> {
              c.putAnnotations("kubernetes.io/egress-bandwidth", "10M");
              options(c).setNetwork(NamespaceMode.NODE);
            },
            "namespace_options.network",
            "NODE"));
  }

  private static Arguments container(
      String what, Consumer<ContainerConfig.Builder> change, String... words) {
    return container(what, Code.INVALID_ARGUMENT, change, words);
  }

  private static Arguments container(
      String what, Code code, Consumer<ContainerConfig.Builder> change, String... words) {
    return Arguments.of(what, code, change, words);
  }

  private static Arguments pod(
      String what, String handler, Consumer<PodSandboxConfig.Builder> change, String... words) {
    return Arguments.of(what, handler, change, words);
  }

  private static void command(ContainerConfig.Builder config, String program) {
    config.clearCommand().addCommand(program);
  }

  private static void mount(ContainerConfig.Builder config, String source, String target) {
    config.addMounts(Mount.newBuilder().setHostPath(source).setContainerPath(target));
  }

  private static void parent(PodSandboxConfig.Builder config, String path) {
    config.getLinuxBuilder().setCgroupParent(path);
  }

  private static LinuxContainerSecurityContext.Builder security(ContainerConfig.Builder config) {
    return config.getLinuxBuilder().getSecurityContextBuilder();
  }

  private static Int64Value number(long value) {
    return Int64Value.newBuilder().setValue(value).build();
  }

  private static LinuxContainerResources.Builder resources(ContainerConfig.Builder config) {
    return config.getLinuxBuilder().getResourcesBuilder();
  }

  private static NamespaceOption.Builder options(PodSandboxConfig.Builder config) {
    return config.getLinuxBuilder().getSecurityContextBuilder().getNamespaceOptionsBuilder();
  }
}
