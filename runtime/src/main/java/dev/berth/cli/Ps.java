package dev.berth.cli;

import dev.berth.cri.v1.Container;
import dev.berth.cri.v1.ListContainersRequest;
import dev.berth.cri.v1.ListContainersResponse;
import dev.berth.cri.v1.ListPodSandboxRequest;
import dev.berth.cri.v1.ListPodSandboxResponse;
import dev.berth.cri.v1.PodSandbox;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code berth ps}: pods and their containers. */
@Command(name = "ps", description = "List pods and their containers.")
final class Ps implements Callable<Integer> {
  @Mixin Client client = new Client();

  @Override
  public Integer call() throws Exception {
    return client.run("ps", this::show);
  }

  private void show(Client.Stubs stubs) {
    ListPodSandboxResponse pods =
        stubs.runtime().listPodSandbox(ListPodSandboxRequest.getDefaultInstance());
    ListContainersResponse containers =
        stubs.runtime().listContainers(ListContainersRequest.getDefaultInstance());
    if (client.json()) {
      var both = MessageJson.of(pods);
      both.setAll(MessageJson.of(containers));
      System.out.println(both.toPrettyString());
    } else {
      System.out.print(table(pods, containers, System.currentTimeMillis()));
    }
  }

  static String table(ListPodSandboxResponse pods, ListContainersResponse containers, long now) {
    Map<String, List<Container>> byPod = new HashMap<>();
    containers
        .getContainersList()
        .forEach(c -> byPod.computeIfAbsent(c.getPodSandboxId(), _ -> new ArrayList<>()).add(c));
    Table table = new Table("POD", "NAMESPACE", "NAME", "STATE", "AGE", "CONTAINER", "IMAGE");
    for (PodSandbox pod : pods.getItemsList()) {
      table.row(
          Amounts.id(pod.getId()),
          pod.getMetadata().getNamespace(),
          pod.getMetadata().getName(),
          word(pod.getState().name(), "SANDBOX_"),
          Amounts.ago(pod.getCreatedAt(), now),
          "",
          "");
      for (Container container : byPod.getOrDefault(pod.getId(), List.of())) {
        table.row(
            "",
            "",
            "  " + container.getMetadata().getName(),
            word(container.getState().name(), "CONTAINER_"),
            Amounts.ago(container.getCreatedAt(), now),
            Amounts.id(container.getId()),
            container.getImage().getImage());
      }
    }
    return table.text();
  }

  private static String word(String state, String prefix) {
    return state.replace(prefix, "").toLowerCase(Locale.ROOT);
  }
}
