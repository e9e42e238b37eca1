package dev.berth.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.fault.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every refusal names the field and the value. */
class ContainerRefusalsTest {
  private static final FakeHost HOST =
      new FakeHost().directory("/data").directory("/proc").file("/file").directory("/dir");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'metadata': {'name': ''}} | config.metadata.name \"\"",
        "{'working_dir': 'app'} | config.working_dir \"app\": must be an absolute path",
        "{'command': ['']} | config.command \"\": must name a command",
        "{'envs': [{'key': 'A=B', 'value': 'c'}]} | config.envs[0] \"A=B\"",
        "{'envs': [{'key': '', 'value': 'c'}]} | config.envs[0] \"\"",
        "{'envs': [{'key': 'HOME', 'value': '/a:b'}]} | config.envs[0] \"/a:b\"",
        "{'log_path': 'a.log', 'windows': {}} | config.windows",
        "{'stop_signal': 'SIGNAL_RUNTIME_DEFAULT', 'linux': {'resources': {'cpu_shares': -1}}}"
            + " | config.linux.resources.cpu_shares \"-1\"",
        "{'linux': {'resources': {'memory_limit_in_bytes': -5}}}"
            + " | config.linux.resources.memory_limit_in_bytes \"-5\"",
        "{'linux': {'resources': {'cpu_quota': -2}}} | config.linux.resources.cpu_quota \"-2\"",
        "{'linux': {'resources': {'cpuset_cpus': '0;1'}}}"
            + " | config.linux.resources.cpuset_cpus \"0;1\"",
        "{'linux': {'resources': {'oom_score_adj': 1001}}}"
            + " | config.linux.resources.oom_score_adj \"1001\"",
        "{'linux': {'resources': {'hugepage_limits': [{'page_size': '2Mi', 'limit': 1}]}}}"
            + " | config.linux.resources.hugepage_limits.page_size \"2Mi\"",
        "{'linux': {'resources': {'unified': {'cgroup.procs': '1'}}}}"
            + " | config.linux.resources.unified \"cgroup.procs\"",
        "{'linux': {'resources': {'unified': {'../memory.max': '1'}}}}"
            + " | config.linux.resources.unified \"../memory.max\"",
        "{'linux': {'security_context': {'privileged': true}}}"
            + " | config.linux.security_context.privileged \"true\": the pod was not made for it",
        "{'linux': {'security_context': {'capabilities': {'add_capabilities': ['SYS_ADMN']}}}}"
            + " | capabilities.add_capabilities \"SYS_ADMN\": no such capability",
        "{'linux': {'security_context': {'seccomp': {'profile_type': 'Localhost'}}}}"
            + " | config.linux.security_context.seccomp.localhost_ref \"\": must not be empty",
        "{'linux': {'security_context': {'seccomp':"
            + " {'profile_type': 'Localhost', 'localhost_ref': 'a.json'}}}}"
            + " | seccomp.localhost_ref \"a.json\": must be an absolute path",
        "{'linux': {'security_context': {'seccomp':"
            + " {'profile_type': 'Unconfined', 'localhost_ref': '/a.json'}}}}"
            + " | seccomp.localhost_ref \"/a.json\"",
        "{'linux': {'security_context': {'seccomp_profile_path': 'localhost/'}}}"
            + " | config.linux.security_context.seccomp_profile_path \"\"",
        "{'linux': {'security_context': {'seccomp_profile_path': 'other'}}}"
            + " | config.linux.security_context.seccomp_profile_path \"other\"",
        "{'linux': {'security_context': {'apparmor':"
            + " {'profile_type': 'Localhost', 'localhost_ref': 'x'}}}}"
            + " | apparmor \"localhost/x\": AppArmor is not available",
        "{'linux': {'security_context': {'apparmor_profile': 'localhost/x'}}}"
            + " | apparmor_profile \"localhost/x\": AppArmor is not available",
        "{'linux': {'security_context': {'selinux_options': {'level': 's0'}}}}"
            + " | selinux_options \":::s0\": SELinux is not available",
        "{'linux': {'security_context': {'masked_paths': ['proc/kcore']}}}"
            + " | masked_paths[0] \"proc/kcore\"",
        "{'linux': {'security_context': {'run_as_username': 'ghost'}}}"
            + " | config.linux.security_context.run_as_username \"ghost\": no such user",
        "{'linux': {'security_context': {'run_as_user': {'value': 4294967296}}}}"
            + " | config.linux.security_context.run_as_user \"4294967296\"",
        "{'linux': {'security_context': {'run_as_group': {'value': 5}}}}"
            + " | config.linux.security_context.run_as_group \"5\"",
        "{'linux': {'security_context': {'namespace_options': {'network': 'NODE'}}}}"
            + " | namespace_options.network \"NODE\"",
        "{'linux': {'security_context': {'namespace_options': {'ipc': 'CONTAINER'}}}}"
            + " | namespace_options.ipc \"CONTAINER\"",
        "{'linux': {'security_context': {'namespace_options': {'pid': 'NODE'}}}}"
            + " | namespace_options.pid \"NODE\"",
        "{'linux': {'security_context': {'namespace_options': {'pid': 'TARGET'}}}}"
            + " | namespace_options.target_id \"\"",
        "{'devices': [{'host_path': '/dev/none', 'container_path': '/dev/x', 'permissions': 'r'}]}"
            + " | config.devices[0].host_path \"/dev/none\": no such file",
        "{'devices': [{'host_path': '/file', 'container_path': '/dev/x', 'permissions': 'r'}]}"
            + " | config.devices[0].host_path \"/file\": neither a device",
        "{'devices': [{'host_path': '/file', 'permissions': 'rx'}]}"
            + " | config.devices[0].permissions \"rx\"",
        "{'devices': [{'host_path': '/file', 'container_path': '/proc/x'}]}"
            + " | config.devices[0].container_path \"/proc/x\"",
        "{'mounts': [{'host_path': '/none', 'container_path': '/x'}]}"
            + " | config.mounts[0].host_path \"/none\": no such file on the machine",
        "{'mounts': [{'host_path': '', 'container_path': '/x'}]}"
            + " | config.mounts[0].host_path \"\": must not be empty",
        "{'mounts': [{'host_path': '/data', 'container_path': 'x'}]}"
            + " | config.mounts[0].container_path \"x\": must be an absolute path",
        "{'mounts': [{'host_path': '/data', 'container_path': '/a/..'}]}"
            + " | config.mounts[0].container_path \"/a/..\": nothing is mounted over the root",
        "{'mounts': [{'host_path': '/data', 'container_path': '/proc'}]}"
            + " | config.mounts[0].container_path \"/proc\"",
        "{'mounts': [{'host_path': '/proc', 'container_path': '/x/../proc/self/attr'}]}"
            + " | config.mounts[0].container_path \"/x/../proc/self/attr\"",
        "{'mounts': [{'host_path': '/data', 'container_path': '/x', 'recursive_read_only': true}]}"
            + " | config.mounts[0].recursive_read_only \"true\": goes with readonly",
        "{'mounts': [{'host_path': '/data', 'container_path': '/x', 'mount_options': ['suid']}]}"
            + " | config.mounts[0].mount_options \"suid\"",
        "{'mounts': [{'host_path': '/data', 'container_path': '/x',"
            + " 'propagation': 'PROPAGATION_BIDIRECTIONAL'}]}"
            + " | config.mounts[0].propagation \"PROPAGATION_BIDIRECTIONAL\"",
        "{'mounts': [{'host_path': '/data', 'container_path': '/x',"
            + " 'propagation': 'PROPAGATION_HOST_TO_CONTAINER'}]}"
            + " | config.mounts[0].propagation \"PROPAGATION_HOST_TO_CONTAINER\"",
        "{'mounts': [{'image': {'image': 'i'}, 'host_path': '/data', 'container_path': '/x'}]}"
            + " | config.mounts[0].host_path \"/data\": goes not with an image",
        "{'mounts': [{'image': {'image': 'i'}, 'image_sub_path': '/a', 'container_path': '/x'}]}"
            + " | config.mounts[0].image_sub_path \"/a\": must be relative",
        "{'mounts': [{'image': {'image': 'i'}, 'image_sub_path': 'a/../b',"
            + " 'container_path': '/x'}]} | config.mounts[0].image_sub_path \"a/../b\": must not",
        "{'mounts': [{'image': {'image': 'i'}, 'container_path': '/proc/self'}]}"
            + " | config.mounts[0].container_path \"/proc/self\"",
        "{'mounts': [{'image': {'image': 'i'}, 'container_path': '/x',"
            + " 'propagation': 'PROPAGATION_BIDIRECTIONAL'}]}"
            + " | config.mounts[0].propagation \"PROPAGATION_BIDIRECTIONAL\"",
        "{'mounts': [{'host_path': '/data', 'image_sub_path': 'a', 'container_path': '/x'}]}"
            + " | config.mounts[0].image_sub_path \"a\": goes with an image only",
        "{'mounts': [{'host_path': '/data', 'container_path': '/x',"
            + " 'uidMappings': [{'length': 1}]}]} | config.mounts[0].uidMappings",
      })
  void namesFieldAndValue(String request, String message) {
    assertThatThrownBy(() -> Requests.translate(request, HOST))
        .isInstanceOfAny(Fault.InvalidArgument.class, Fault.Unimplemented.class)
        .hasMessageContaining(message);
  }

  /** CVE-2025-0750: a log never leaves its pod's directory. */
  @ParameterizedTest
  @CsvSource({"../x.log", "a/../../x.log", "..", "."})
  void logPathsThatLeadOutAreRefused(String path) {
    var pod =
        Requests.json(
            "{'metadata': {'name': 'p', 'uid': 'u', 'namespace': 'n'},"
                + " 'log_directory': '/var/log/pods/p'}");
    var request =
        Requests.request(
            Requests.json("{'log_path': '" + path + "'}"), pod, Requests.json("{'cmd': ['x']}"));
    assertThatThrownBy(() -> new ContainerTranslator(Requests.FACTS, HOST).translate(request))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("config.log_path \"" + path + "\"");
  }

  @Test
  void nobodyNamesACommand() {
    var request =
        Requests.request(
            Requests.json("{}"),
            Requests.json("{'metadata': {'name': 'p', 'uid': 'u', 'namespace': 'n'}}"),
            Requests.json("{}"));
    assertThatThrownBy(() -> new ContainerTranslator(Requests.FACTS, HOST).translate(request))
        .hasMessage("config.command \"\": neither the request nor the image names a command");
  }

  @Test
  void messagesStayOneShortLine() {
    String longName = "A\\n".repeat(500);
    assertThatThrownBy(() -> Requests.translate("{'envs': [{'key': '=" + longName + "'}]}"))
        .message()
        .satisfies(m -> assertThat(m).doesNotContain("\n").hasSizeLessThan(1000));
  }

  /** CVE-2022-4318: a home that could become two lines is nobody's home. */
  @Test
  void aHomeWithControlCharactersIsRefused() {
    assertThatThrownBy(
            () ->
                Requests.translate("{'linux': {'security_context': {'run_as_username': 'evil'}}}"))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("home in /etc/passwd of the image \"/home/a\\u0009b\"");
    ContainerSpec spec =
        Requests.translate(
            "{'envs': [{'key': 'HOME', 'value': '/x\\\\\\\\ny'}],"
                + " 'linux': {'security_context': {'run_as_username': 'evil'}}}");
    assertThat(spec.oci().process().env()).contains("HOME=/x\\\\ny");
  }
}
