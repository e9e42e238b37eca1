package dev.berth.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.shim.Namespaces;
import dev.berth.spec.oci.OciLinux.Namespace;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespaceTest {
  private static ContainerSpec spec(String container, String pod, boolean unified) {
    var facts =
        new MachineFacts(
            CapabilitySet.ALL, false, null, false, -1000, unified, true, List.of(), "node1", true);
    String options = "'linux': {'security_context': {'namespace_options': ";
    var request =
        Requests.request(
            Requests.json("{" + options + container + "}}}"),
            Requests.json(
                "{'metadata': {'name': 'p', 'uid': 'u', 'namespace': 'n'}, "
                    + options
                    + pod
                    + "}}}"),
            Requests.json("{'cmd': ['x']}"));
    return new ContainerTranslator(facts, new FakeHost()).translate(request);
  }

  private static String shown(Namespaces n) {
    return n.net() + " " + n.ipc() + " " + n.uts() + " " + n.pid() + " " + n.cgroup();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | {} | POD POD POD POD HOST",
        "{'pid': 'CONTAINER'} | {'pid': 'CONTAINER'} | POD POD POD NEW HOST",
        "{} | {'pid': 'CONTAINER'} | POD POD POD NEW HOST",
        "{'pid': 'CONTAINER'} | {} | POD POD POD NEW HOST",
        "{'pid': 'NODE'} | {'pid': 'NODE'} | POD POD POD HOST HOST",
        "{} | {'pid': 'NODE'} | POD POD POD HOST HOST",
        "{'network': 'NODE'} | {'network': 'NODE'} | HOST POD HOST POD HOST",
        "{} | {'network': 'NODE'} | HOST POD HOST POD HOST",
        "{} | {'ipc': 'NODE'} | POD HOST POD POD HOST",
        "{'pid': 'TARGET', 'target_id': 'c0'} | {'pid': 'CONTAINER'} | POD POD POD TARGET HOST",
      })
  void modes(String container, String pod, String expected) {
    assertThat(shown(spec(container, pod, false).namespaces())).isEqualTo(expected);
  }

  @Test
  void theCgroupNamespaceIsPrivateOnV2() {
    assertThat(shown(spec("{}", "{}", true).namespaces())).endsWith("NEW");
  }

  @Test
  void ociListsWhatIsNotTheMachines() {
    assertThat(types(spec("{}", "{'network': 'NODE', 'pid': 'CONTAINER'}", false)))
        .isEqualTo("pid=null ipc=/run/berth/pods/p1/ns/ipc mount=null");
    ContainerSpec target = spec("{'pid': 'TARGET', 'target_id': 'c0'}", "{}", true);
    assertThat(target.namespaces().targetContainer()).isEqualTo("c0");
    assertThat(types(target))
        .isEqualTo(
            "pid=/run/berth/pods/p1/containers/c0/ns/pid network=/run/berth/pods/p1/ns/network"
                + " ipc=/run/berth/pods/p1/ns/ipc uts=/run/berth/pods/p1/ns/uts mount=null"
                + " cgroup=null");
  }

  private static String types(ContainerSpec spec) {
    return spec.oci().linux().namespaces().stream()
        .map((Namespace n) -> n.type() + "=" + n.path())
        .collect(Collectors.joining(" "));
  }
}
