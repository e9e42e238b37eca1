package dev.berth.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.cni.conf.CniJson;
import dev.berth.fault.Fault;
import dev.berth.network.Attachment;
import dev.berth.network.Bandwidth;
import dev.berth.network.Cidr;
import dev.berth.network.HostPort;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plugins that break, hang, flood and lie; and what well-behaved ones are told. */
class BadPluginsKernelTest extends CniLab {
  private static final String ANSWER =
      "echo '{\"cniVersion\":\"1.1.0\",\"ips\":[{\"address\":\"10.9.0.2/24\"}]}'";
  private static final String TWO = "{\"type\": \"good\"}, {\"type\": \"bad\"}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exec sleep 600|killed, it did not end in",
        "exec cat /dev/zero|killed, it wrote more than",
        "echo rubbish|is not valid JSON",
        "true|is not a JSON object",
        "echo '{\"ips\":[{\"address\":\"nowhere\"}]}'|nowhere",
        "echo '{}'|gave the pod no address",
        "kill -9 $$|ended by signal 9",
        "echo oops >&2; exit 3|ended with status 3: oops",
        "echo '{\"code\":7,\"msg\":\"no\",\"details\":\"why\"}'; exit 1|no: why"
      })
  void aPluginThatBreaksAtAddFailsThePodAndIsCleanedUpAfter(String script, String reason)
      throws Exception {
    network.close();
    network = open(Duration.ofSeconds(2));
    plugin("good", ANSWER);
    plugin("bad", "[ $CNI_COMMAND = ADD ] || exit 0\n" + script);
    conf("1.0.0", TWO);
    assertThatThrownBy(() -> attach("pod", pod()))
        .isInstanceOf(Fault.Internal.class)
        .hasMessageStartingWith("attach pod test/pod: ")
        .hasMessageContaining(reason);
    assertThat(calls())
        .containsExactly("good ADD pod", "bad ADD pod", "bad DEL pod", "good DEL pod");
  }

  @Test
  void tryAgainLaterIsUnavailable() throws Exception {
    plugin("good", ANSWER);
    plugin(
        "bad", "[ $CNI_COMMAND = ADD ] || exit 0\necho '{\"code\":11,\"msg\":\"busy\"}'; exit 1");
    conf("1.0.0", TWO);
    assertThatThrownBy(() -> attach("pod", pod())).isInstanceOf(Fault.Unavailable.class);
  }

  @Test
  void whatCannotBeDeletedIsKeptSeenAndTriedAgainWhileTheOthersAreDeleted() throws Exception {
    plugin("good", ANSWER);
    plugin(
        "bad", "case $CNI_COMMAND in ADD) " + ANSWER + ";; DEL) test -e " + home + "/cured;; esac");
    conf("1.0.0", TWO);
    Attachment attachment = attach("pod", pod());
    network.detach(attachment);
    assertThat(calls()).endsWith("bad DEL pod", "good DEL pod");
    assertThat(files("pins")).isEmpty();
    assertThat(files("records")).containsExactly("pod.json");
    assertThat(network.facts().get("cni")).contains("\"pod\":\"test/pod\"", "plugin bad DEL");
    Files.createFile(home.resolve("cured"));
    await().untilAsserted(() -> assertThat(files("records")).isEmpty());
    await()
        .untilAsserted(() -> assertThat(network.facts().get("cni")).contains("\"undeleted\":[]"));
  }

  @Test
  void aPodIsDetachedByWhatItWasAttachedWith() throws Exception {
    plugin("good", ANSWER);
    plugin("other", ANSWER);
    conf("1.0.0", "{\"type\": \"good\"}");
    Attachment attachment = attach("pod", pod());
    conf("1.0.0", "{\"type\": \"other\"}");
    attachAndDetach("next");
    Files.delete(home.resolve("net.d/10-lab.conflist"));
    network.detach(attachment);
    assertThat(calls())
        .containsExactly("good ADD pod", "other ADD next", "other DEL next", "good DEL pod");
  }

  private void attachAndDetach(String id) {
    network.detach(attach(id, pod()));
  }

  @Test
  void readinessSaysWhatIsMissing() throws Exception {
    assertThat(network.readiness().message()).contains("no valid network configuration");
    assertThatThrownBy(() -> attach("early", pod())).isInstanceOf(Fault.Unavailable.class);
    conf("1.1.0", "{\"type\": \"late\"}");
    await().until(() -> network.readiness().message().contains("plugin late is in none of"));
    plugin(
        "late",
        "test $CNI_COMMAND != STATUS -o -e "
            + home
            + "/ok || "
            + "{ echo '{\"code\":50,\"msg\":\"warming up\"}'; exit 1; }");
    await()
        .atMost(Duration.ofSeconds(12))
        .until(() -> network.readiness().message().contains("warming up"));
    Files.createFile(home.resolve("ok"));
    await().atMost(Duration.ofSeconds(12)).until(() -> network.readiness().ready());
    Files.delete(home.resolve("net.d/10-lab.conflist"));
    await().until(() -> network.readiness().message().contains("no valid network configuration"));
  }

  @Test
  void gcKeepsWhatIsAttached() throws Exception {
    plugin("good", "[ $CNI_COMMAND = GC ] && echo \"$input\" > " + home + "/gc; " + ANSWER);
    conf("1.1.0", "{\"type\": \"good\"}");
    Attachment attachment = attach("pod", pod());
    network.close();
    network = open(Duration.ofSeconds(20), List.of(attachment));
    await().until(() -> Files.exists(home.resolve("gc")) && Files.size(home.resolve("gc")) > 0);
    assertThat(Files.readString(home.resolve("gc")))
        .contains("\"cni.dev/valid-attachments\":[{\"containerID\":\"pod\",\"ifname\":\"eth0\"}]")
        .contains("\"cniVersion\":\"1.1.0\"", "\"name\":\"lab\"");
    network.detach(attachment);
  }

  @Test
  void aHostPortThatAnotherPodHasIsRefusedByItsName() throws Exception {
    plugin("good", ANSWER);
    conf("1.0.0", "{\"type\": \"good\", \"capabilities\": {\"portMappings\": true}}");
    HostPort port = new HostPort(HostPort.Protocol.TCP, null, 8080, 80);
    Attachment first = attach("first", pod(), port);
    int called = calls().size();
    assertThatThrownBy(() -> attach("second", pod(), port))
        .isInstanceOf(Fault.FailedPrecondition.class)
        .hasMessageContaining("8080")
        .hasMessageContaining("first");
    assertThat(calls()).as("no plugin was asked").hasSize(called);
    network.close();
    network = open(Duration.ofSeconds(20), List.of(first));
    assertThatThrownBy(() -> attach("second", pod(), port)).hasMessageContaining("first");
    network.detach(first);
    network.detach(attach("second", pod(), port));
  }

  @Test
  void aPluginIsToldWhatItDeclaresCapabilitiesForAndNothingElse() throws Exception {
    plugin("good", "echo \"$input\" > " + home + "/input; env > " + home + "/env; " + ANSWER);
    conf(
        "1.0.0",
        "{\"type\": \"good\", \"capabilities\": {\"portMappings\": true, \"bandwidth\": true,"
            + " \"ipRanges\": true, \"dns\": true, \"mac\": true, \"ips\": true, \"aliases\": true,"
            + " \"cgroupPath\": true, \"io.kubernetes.cri.pod-annotations\": true,"
            + " \"deviceID\": true}}");
    network.useRanges(List.of(Cidr.parse("10.1.2.0/24")));
    HostPort port = new HostPort(HostPort.Protocol.SCTP, null, 99, 98);
    Attachment attachment = network.attach(request("pod", pod(), new Bandwidth(1000, 2000), port));
    String told =
        CniJson.object(Files.readAllBytes(home.resolve("input")), "input")
            .path("runtimeConfig")
            .toString();
    assertThat(told)
        .contains("\"portMappings\":[{\"hostPort\":99,\"containerPort\":98,\"protocol\":\"sctp\"")
        .contains("\"ingressRate\":1000", "\"egressRate\":2000")
        .contains("\"ipRanges\":[[{\"subnet\":\"10.1.2.0/24\"}]]")
        .contains("\"servers\":[\"10.96.0.10\"]", "\"searches\":[\"cluster.local\"]")
        .contains("\"mac\":\"02:00:00:00:00:07\"", "\"ips\":[\"10.9.9.9/24\"]")
        .contains("\"aliases\":[\"alias\"]", "\"cgroupPath\":\"/pods/pod\"")
        .contains("\"io.kubernetes.cri.pod-annotations\":{\"some/note\":\"text\"}")
        .doesNotContain("deviceID");
    assertThat(Files.readString(home.resolve("env")))
        .contains(
            "CNI_ARGS=IgnoreUnknown=1;K8S_POD_NAMESPACE=test;K8S_POD_NAME=pod;"
                + "K8S_POD_INFRA_CONTAINER_ID=pod;K8S_POD_UID=uid-pod\n")
        .contains("CNI_NETNS=" + home + "/pins/0a1b2c3d-pod\n", "CNI_IFNAME=eth0\n")
        .doesNotContain("JAVA", "BERTH_");
    conf("1.0.0", "{\"type\": \"good\"}");
    network.detach(attachment);
    network.detach(attach("next", pod()));
    assertThat(Files.readString(home.resolve("input"))).doesNotContain("runtimeConfig");
  }
}
