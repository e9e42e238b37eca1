package dev.berth.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.cri.v1.Protocol;
import dev.berth.fault.Fault;
import dev.berth.shim.PodPlan;
import dev.berth.shim.PodUsers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodRequestTest {
  private static final String NAMED = "'metadata': {'name': 'p', 'uid': 'u', 'namespace': 'n'}";

  private static SandboxPlan pod(String rest) {
    return PodRequest.translate(Requests.pod("{" + NAMED + rest + "}"), "node1");
  }

  @Test
  void aPlainPod() {
    SandboxPlan plan = pod("");
    assertThat(plan.plan())
        .isEqualTo(
            new PodPlan(true, true, true, true, "node1", PodPlan.DEFAULT_SHM_BYTES, Map.of()));
    assertThat(plan.resolvConf()).isNull();
    assertThat(plan.ports()).isEmpty();
    assertThat(plan.cgroupParent()).isEmpty();
  }

  @Test
  void aPodAsTheKubeletSendsIt() {
    SandboxPlan plan =
        pod(
            ", 'hostname': 'web-0', 'log_directory': '/var/log/pods/n_p_u/',"
                + " 'dns_config': {'servers': ['10.96.0.10', 'fe80::1%eth0'],"
                + " 'searches': ['n.svc.cluster.local', '.'], 'options': ['ndots:5', 'edns0']},"
                + " 'port_mappings': [{'container_port': 80},"
                + " {'container_port': 53, 'host_port': 5353, 'protocol': 'UDP',"
                + " 'host_ip': '127.0.0.1'}],"
                + " 'linux': {'cgroup_parent': '/kubepods/burstable/podu',"
                + " 'sysctls': {'net/ipv4/ip_forward': '1', 'kernel.shm_rmid_forced': '1'},"
                + " 'security_context': {'namespace_options': {'pid': 'CONTAINER'}}}");
    assertThat(plan.plan().sharedPid()).isFalse();
    assertThat(plan.plan().hostname()).isEqualTo("web-0");
    assertThat(plan.plan().sysctls())
        .isEqualTo(Map.of("net.ipv4.ip_forward", "1", "kernel.shm_rmid_forced", "1"));
    assertThat(plan.logDirectory()).isEqualTo("/var/log/pods/n_p_u");
    assertThat(plan.cgroupParent()).isEqualTo("/kubepods/burstable/podu");
    assertThat(plan.ports()).isEqualTo(List.of(new HostPort(Protocol.UDP, "127.0.0.1", 5353, 53)));
    assertThat(plan.resolvConf())
        .isEqualTo(
            """
            search n.svc.cluster.local .
            nameserver 10.96.0.10
            nameserver fe80::1%eth0
            options ndots:5 edns0
            """);
  }

  @Test
  void hostNetworkIsTheMachinesNameToo() {
    SandboxPlan plan =
        pod(", 'linux': {'security_context': {'namespace_options': {'network': 'NODE'}}}");
    assertThat(plan.hostNetwork()).isTrue();
    assertThat(plan.plan().newNet()).isFalse();
    assertThat(plan.plan().newUts()).isFalse();
    assertThat(plan.plan().hostname()).isEmpty();
    assertThat(plan.hostname()).isEqualTo("node1");
  }

  @Test
  void anEmptyDnsConfigIsAnEmptyFile() {
    assertThat(pod(", 'dns_config': {}").resolvConf()).isEmpty();
  }

  @Test
  void systemdSlicesAreParents() {
    assertThat(pod(", 'linux': {'cgroup_parent': 'kubepods-podu_x.slice'}").cgroupParent())
        .isEqualTo("kubepods-podu_x.slice");
  }

  @Test
  void hostsFile() {
    assertThat(HostsFile.content("web", List.of("10.0.0.2", "fd00::2")))
        .startsWith("127.0.0.1 localhost\n")
        .endsWith("10.0.0.2 web\nfd00::2 web\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{'metadata': {'uid': 'u', 'namespace': 'n'}} | config.metadata.name \"\"",
        "{'metadata': {'name': 'p', 'namespace': 'n'}} | config.metadata.uid \"\"",
        "{'metadata': {'name': 'p', 'uid': 'u'}} | config.metadata.namespace \"\"",
      })
  void metadataIsRequired(String pod, String message) {
    assertThatThrownBy(() -> PodRequest.translate(Requests.pod(pod), "node1"))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "'log_directory': 'logs' | config.log_directory \"logs\"",
        "'hostname': 'a b' | config.hostname \"a b\"",
        "'hostname': 'a\\nb' | config.hostname \"a\\u000ab\"",
        "'hostname': '-a' | config.hostname \"-a\"",
        "'windows': {} | config.windows",
        "'linux': {'cgroup_parent': 'kubepods'} | config.linux.cgroup_parent \"kubepods\"",
        "'linux': {'cgroup_parent': '/a/../b'} | config.linux.cgroup_parent \"/a/../b\"",
        "'dns_config': {'servers': ['dns.example']} | config.dns_config.servers \"dns.example\"",
        "'dns_config': {'servers': ['1.1.1.1\\nx']} | config.dns_config.servers",
        "'dns_config': {'searches': ['a b']} | config.dns_config.searches \"a b\"",
        "'dns_config': {'options': ['a\\nb']} | config.dns_config.options",
        "'port_mappings': [{'container_port': 0}]"
            + " | config.port_mappings[0].container_port \"0\"",
        "'port_mappings': [{'container_port': 80, 'host_port': 65536}]"
            + " | config.port_mappings[0].host_port \"65536\"",
        "'port_mappings': [{'container_port': 80, 'host_ip': 'localhost'}]"
            + " | config.port_mappings[0].host_ip \"localhost\"",
        "'port_mappings': [{'container_port': 80, 'host_port': 8080},"
            + " {'container_port': 81, 'host_port': 8080}]"
            + " | config.port_mappings[1].host_port \"8080\"",
        "'linux': {'security_context': {'run_as_group': {'value': 1}}}"
            + " | config.linux.security_context.run_as_group \"1\"",
        "'linux': {'security_context': {'namespace_options': {'network': 'CONTAINER'}}}"
            + " | namespace_options.network \"CONTAINER\"",
        "'linux': {'security_context': {'namespace_options': {'pid': 'TARGET'}}}"
            + " | namespace_options.pid \"TARGET\"",
        "'linux': {'security_context': {'namespace_options': {'userns_options':"
            + " {'mode': 'CONTAINER'}}}} | userns_options.mode \"CONTAINER\"",
        "'linux': {'security_context': {'namespace_options': {'userns_options':"
            + " {'mode': 'POD'}}}} | userns_options.uids \"0 mappings\"",
        "'linux': {'security_context': {'namespace_options': {'userns_options': {'mode': 'POD',"
            + " 'uids': [{'host_id': 1000, 'container_id': 1, 'length': 9}]}}}}"
            + " | must begin with the container's id 0",
        "'linux': {'security_context': {'namespace_options': {'userns_options': {'mode': 'POD',"
            + " 'uids': [{'host_id': 0, 'length': 9}]}}}} | must lie between",
        "'linux': {'security_context': {'namespace_options': {'userns_options': {'mode': 'POD',"
            + " 'uids': [{'host_id': 2147483000, 'length': 65536}]}}}} | must lie between",
        "'linux': {'security_context': {'namespace_options': {'pid': 'NODE', 'userns_options':"
            + " {'mode': 'POD', 'uids': [{'host_id': 9, 'length': 9}],"
            + " 'gids': [{'host_id': 9, 'length': 9}]}}}} | userns_options.mode",
        "'linux': {'security_context': {'namespace_options': {'userns_options': {'mode': 'NODE',"
            + " 'uids': [{'host_id': 9, 'length': 9}]}}}} | takes no id mappings",
      })
  void refusalsNameFieldAndValue(String rest, String message) {
    assertThatThrownBy(() -> pod(", " + rest))
        .isInstanceOfAny(Fault.InvalidArgument.class, Fault.Unimplemented.class)
        .hasMessageContaining(message);
  }

  @Test
  void idMappingsMakeAUserNamespace() {
    PodPlan plan =
        pod(", 'linux': {'security_context': {'namespace_options': {'network': 'NODE',"
                + " 'userns_options': {'mode': 'POD', 'uids': [{'host_id': 65536, 'length': 9}],"
                + " 'gids': [{'host_id': 70000, 'length': 8}]}}}}")
            .plan();
    assertThat(plan.users())
        .isEqualTo(new PodUsers(new PodUsers.Range(65536, 9), new PodUsers.Range(70000, 8)));
    assertThat(plan.newNet()).isFalse();
  }

  /** CVE-2022-0811, CVE-2022-0532. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "POD | POD | kernel.core_pattern | x",
        "POD | POD | vm.swappiness | 1",
        "POD | POD | kernel.shm_rmid_forced+kernel.core_pattern | 1",
        "POD | POD | net.ipv4.ip_forward=1 | 1",
        "POD | POD | net/../kernel/core_pattern | 1",
        "POD | POD | net.ipv4.ip_forward | 1\\nkernel.core_pattern=x",
        "POD | POD | net.ipv4.ip_forward | 1+kernel.core_pattern=x",
        "POD | POD | net.ipv4/ip_forward | 1",
        "POD | POD | net | 1",
        "POD | POD | kernel.hostname | x",
        "NODE | POD | net.ipv4.ip_forward | 1",
        "NODE | POD | kernel.domainname | x",
        "POD | NODE | kernel.msgmax | 1",
        "POD | NODE | fs.mqueue.msg_max | 1",
      })
  void sysctlsThatAreNotThePods(String network, String ipc, String key, String value) {
    String rest =
        ", 'linux': {'sysctls': {'%s': '%s'}, 'security_context': {'namespace_options': {'network': '%s', 'ipc': '%s'}}}"
            .formatted(key, value, network, ipc);
    assertThatThrownBy(() -> pod(rest))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageStartingWith("config.linux.sysctls");
  }
}
