package dev.berth.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.spec.oci.OciProcess;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessTest {
  private static final String POD = "{'metadata': {'name': 'p', 'uid': 'u', 'namespace': 'n'}}";

  private static OciProcess process(String container, String image) {
    return process(container, image, POD, Requests.FACTS);
  }

  private static OciProcess process(
      String container, String image, String pod, MachineFacts facts) {
    var request =
        Requests.request(Requests.json(container), Requests.json(pod), Requests.json(image));
    return new ContainerTranslator(facts, new FakeHost()).translate(request).oci().process();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'command': ['c'], 'args': ['a']} | {'entrypoint': ['e'], 'cmd': ['m']} | c a",
        "{'command': ['c']} | {'entrypoint': ['e'], 'cmd': ['m']} | c",
        "{'args': ['a']} | {'entrypoint': ['e'], 'cmd': ['m']} | e a",
        "{} | {'entrypoint': ['e'], 'cmd': ['m']} | e m",
        "{} | {'entrypoint': ['e']} | e",
        "{} | {'cmd': ['m', 'n']} | m n",
        "{'args': ['a']} | {'cmd': ['m']} | a",
      })
  void commandLine(String container, String image, String expected) {
    assertThat(process(container, image).args()).containsExactly(expected.split(" "));
  }

  @Test
  void environmentIsDefaultsThenImageThenRequest() {
    assertThat(
            process(
                    "{'envs': [{'key': 'B', 'value': 'request'}, {'key': 'D', 'value': ''},"
                        + " {'key': 'D', 'value': 'last'}]}",
                    "{'cmd': ['x'], 'env': ['A=image', 'B=image', 'C', 'E=a=b']}")
                .env())
        .containsExactly(
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOSTNAME=node1",
            "A=image",
            "B=request",
            "C=",
            "E=a=b",
            "D=last",
            "HOME=/root");
  }

  @Test
  void environmentKeepsWhatImageAndRequestChoose() {
    List<String> env =
        process(
                "{'tty': true, 'envs': [{'key': 'HOME', 'value': '/h'}]}",
                "{'cmd': ['x'], 'env': ['PATH=/bin', 'TERM=vt100'], 'user': 'app'}",
                "{'hostname': 'web', 'metadata': {'name': 'p', 'uid': 'u', 'namespace': 'n'}}",
                Requests.FACTS)
            .env();
    assertThat(env).containsExactly("PATH=/bin", "HOSTNAME=web", "TERM=vt100", "HOME=/h");
  }

  @Test
  void workingDirectory() {
    assertThat(process("{}", "{'cmd': ['x']}").cwd()).isEqualTo("/");
    assertThat(process("{}", "{'cmd': ['x'], 'workingDir': '/srv'}").cwd()).isEqualTo("/srv");
    assertThat(process("{'working_dir': '/w'}", "{'cmd': ['x'], 'workingDir': '/srv'}").cwd())
        .isEqualTo("/w");
  }

  @Test
  void oomScoreIsRaisedToWhatTheDaemonMaySet() {
    var facts =
        new MachineFacts(
            CapabilitySet.ALL, false, null, false, -100, false, true, List.of(), "node1", true);
    String wish = "{'linux': {'resources': {'oom_score_adj': -998}}}";
    var request =
        Requests.request(Requests.json(wish), Requests.json(POD), Requests.json("{'cmd': ['x']}"));
    ContainerSpec spec = new ContainerTranslator(facts, new FakeHost()).translate(request);
    assertThat(spec.oci().process().oomScoreAdj()).isEqualTo(-100);
    assertThat(spec.notes())
        .containsExactly("oom_score_adj -998 was asked for, the daemon may set no less than -100");
    assertThat(process(wish, "{'cmd': ['x']}").oomScoreAdj()).isEqualTo(-998);
  }
}
