package dev.berth.spec;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.LinuxContainerSecurityContext;
import dev.berth.image.ImageConfig;
import dev.berth.spec.check.Refusal;
import dev.berth.spec.oci.OciProcess;
import dev.berth.spec.user.ContainerUser;
import dev.berth.spec.user.UserRequest;
import dev.berth.spec.user.UserRequest.GroupsPolicy;
import dev.berth.spec.user.Users;
import java.util.ArrayList;
import java.util.List;

/** Translates what a container runs and with which privileges. Belongs to one request. */
final class ProcessTranslation {
  private static final String CONTEXT = "config.linux.security_context";

  private final ContainerRequest request;
  private final ContainerConfig config;
  private final LinuxContainerSecurityContext context;
  private final ImageConfig image;
  private final MachineFacts facts;
  private final List<String> notes = new ArrayList<>();

  ProcessTranslation(ContainerRequest request, MachineFacts facts) {
    this.request = request;
    this.config = request.config();
    this.context = config.getLinux().getSecurityContext();
    this.image = request.image();
    this.facts = facts;
  }

  /** What could not be given in full. */
  List<String> notes() {
    return notes;
  }

  OciProcess translate() {
    ContainerUser user = Users.resolve(userRequest(), request.accounts());
    return new OciProcess(
        config.getTty(),
        new OciProcess.User(user.uid(), user.gid(), null, user.groups()),
        Command.args(config, image),
        environment(user),
        Command.workingDir(config, image),
        capabilities().toOci(),
        facts.rlimits(),
        context.getNoNewPrivs(),
        SecurityModules.appArmor(context, facts),
        oomScoreAdj(),
        SecurityModules.seLinux(context, facts));
  }

  private UserRequest userRequest() {
    return new UserRequest(
        CONTEXT,
        context.hasRunAsUser() ? Long.valueOf(context.getRunAsUser().getValue()) : null,
        context.getRunAsUsername(),
        context.hasRunAsGroup() ? Long.valueOf(context.getRunAsGroup().getValue()) : null,
        context.getSupplementalGroupsList(),
        groupsPolicy(),
        image.user());
  }

  private GroupsPolicy groupsPolicy() {
    return switch (context.getSupplementalGroupsPolicy()) {
      case Merge -> GroupsPolicy.MERGE;
      case Strict -> GroupsPolicy.STRICT;
      case UNRECOGNIZED ->
          throw Refusal.of(
              CONTEXT + ".supplemental_groups_policy",
              context.getSupplementalGroupsPolicyValue(),
              "no such policy");
    };
  }

  private List<String> environment(ContainerUser user) {
    String podHostname = request.pod().getHostname();
    Environment env =
        new Environment()
            .with("PATH", Environment.DEFAULT_PATH)
            .with("HOSTNAME", podHostname.isEmpty() ? facts.hostname() : podHostname);
    if (config.getTty()) {
      env.with("TERM", "xterm");
    }
    env.addImage(image.env()).addRequest("config.envs", config.getEnvsList());
    if (!env.has("HOME")) {
      env.with("HOME", Environment.checkHome("home in /etc/passwd of the image", user.home()));
    }
    return env.entries();
  }

  private CapabilityChoice capabilities() {
    CapabilityChoice choice =
        CapabilityChoice.of(
            CONTEXT + ".capabilities",
            context.getCapabilities(),
            context.getPrivileged(),
            facts.capabilities());
    if (choice.withheld() != 0) {
      notes.add(
          "the daemon does not have and cannot give "
              + String.join(", ", CapabilitySet.names(choice.withheld())));
    }
    return choice;
  }

  private int oomScoreAdj() {
    var resources = config.getLinux().getResources();
    int given = Limits.oomScoreAdj("config.linux.resources", resources, facts.oomScoreAdjFloor());
    if (given > resources.getOomScoreAdj()) {
      notes.add(
          "oom_score_adj %d was asked for, the daemon may set no less than %d"
              .formatted(resources.getOomScoreAdj(), given));
    }
    return given;
  }
}
