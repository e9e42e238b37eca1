package dev.berth.e2e.bench;

/** The steps of a pod's life, in their order, as the report names them. */
enum Call {
  RUN("RunPodSandbox"),
  CREATE("CreateContainer"),
  START("StartContainer"),
  READY("Run+Create+Start"),
  STATUS("ContainerStatus"),
  EXEC("ExecSync true"),
  STOP("StopContainer"),
  REMOVE("RemoveContainer"),
  STOP_POD("StopPodSandbox"),
  REMOVE_POD("RemovePodSandbox"),
  LIFE("whole life");

  private final String title;

  Call(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
