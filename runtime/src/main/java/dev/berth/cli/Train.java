package dev.berth.cli;

import dev.berth.cri.v1.ImageServiceGrpc;
import dev.berth.cri.v1.ListContainersRequest;
import dev.berth.cri.v1.ListImagesRequest;
import dev.berth.cri.v1.ListPodSandboxRequest;
import dev.berth.cri.v1.PodSandbox;
import dev.berth.cri.v1.RemovePodSandboxRequest;
import dev.berth.cri.v1.RuntimeServiceGrpc;
import dev.berth.cri.v1.StatusRequest;
import dev.berth.cri.v1.StopPodSandboxRequest;
import dev.berth.cri.v1.VersionRequest;
import dev.berth.rpc.CriChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code berth train}, for the launcher only: leads a daemon that records for the AOT cache through
 * what a kubelet asks for, so that the first pod of a real one meets loaded and linked classes, and
 * so does a start that finds pods.
 */
@Command(name = "train", hidden = true, description = "Lead a daemon through whole pod lives.")
final class Train implements Callable<Integer> {
  @Option(names = "--socket", required = true, description = "the daemon's CRI socket")
  Path socket = Path.of("");

  @Option(
      names = "--lives",
      description = "whole pod lives; a method's profile is kept once it ran some hundred times")
  int lives = 100;

  @Option(
      names = "--stay",
      description = "pods left running at the end, for a daemon that finds them again")
  int stay = 0;

  @Override
  public Integer call() throws IOException {
    Path logs = Files.createTempDirectory("berth-train-logs.");
    try (var channel = new CriChannel(socket)) {
      for (int i = 0; i < lives; i++) {
        PodLife life = new PodLife(channel, "train-" + i, logs);
        look(life, channel);
        try (var running = Undo.of(life.start(), life::end)) {
          look(life, channel);
          life.exec(running.get(), "id");
        }
      }
      if (stay == 0) {
        endAll(channel);
      }
      for (int i = 0; i < stay; i++) {
        PodLife.Running _ = new PodLife(channel, "stay-" + i, logs).start();
      }
      return 0;
    } catch (StatusRuntimeException e) {
      System.err.println("berth train: " + e.getStatus());
      return 1;
    } finally {
      TreeRemoval.remove(logs);
    }
  }

  /** What an earlier run let stay. */
  private static void endAll(CriChannel channel) {
    var runtime = RuntimeServiceGrpc.newBlockingStub(channel.channel());
    for (PodSandbox pod :
        runtime.listPodSandbox(ListPodSandboxRequest.getDefaultInstance()).getItemsList()) {
      String id = pod.getId();
      runtime.stopPodSandbox(StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build());
      runtime.removePodSandbox(RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build());
    }
  }

  private static void look(PodLife life, CriChannel channel) {
    var runtime = life.runtime();
    runtime.version(VersionRequest.getDefaultInstance());
    runtime.status(StatusRequest.getDefaultInstance());
    ImageServiceGrpc.newBlockingStub(channel.channel())
        .listImages(ListImagesRequest.getDefaultInstance());
    runtime.listPodSandbox(ListPodSandboxRequest.getDefaultInstance());
    runtime.listContainers(ListContainersRequest.getDefaultInstance());
  }
}
