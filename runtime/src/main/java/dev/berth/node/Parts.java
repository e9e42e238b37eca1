package dev.berth.node;

import dev.berth.cdi.CdiDevices;
import dev.berth.cgroup.Cgroups;
import dev.berth.container.ContainerParts;
import dev.berth.container.ContainerRequests;
import dev.berth.container.ContainerTeardown;
import dev.berth.container.ExecPlans;
import dev.berth.container.OomScores;
import dev.berth.container.OtherRuntimes;
import dev.berth.container.SeccompFilters;
import dev.berth.events.ContainerEvents;
import dev.berth.handler.Handlers;
import dev.berth.image.Images;
import dev.berth.journal.Journal;
import dev.berth.kernel.Kernel;
import dev.berth.network.PodNetwork;
import dev.berth.recovery.ContainerRecovery;
import dev.berth.recovery.LostShim;
import dev.berth.recovery.OrphanDirectories;
import dev.berth.recovery.Recovery;
import dev.berth.recovery.SandboxRecovery;
import dev.berth.recovery.StrayShims;
import dev.berth.sandbox.PodCgroups;
import dev.berth.sandbox.PodParts;
import dev.berth.sandbox.SandboxRequests;
import dev.berth.sandbox.SandboxTeardown;
import dev.berth.sandbox.SpareShims;
import dev.berth.sandbox.StuckShims;
import dev.berth.shim.OutsidePrograms;
import dev.berth.shim.ShimLauncher;
import dev.berth.spec.ContainerTranslator;
import dev.berth.spec.LogRules;
import dev.berth.spec.MachineFacts;
import dev.berth.state.CreationClock;
import dev.berth.state.Exits;
import dev.berth.state.Ids;
import dev.berth.state.Layout;
import dev.berth.state.Leases;
import dev.berth.state.Pods;
import dev.berth.state.Trash;
import dev.berth.stats.Gauges;
import dev.berth.steps.Faults;

/**
 * Everything that verbs are made of, once a daemon.
 *
 * @param bootId the id of the running boot
 * @param logRules how containers' output is written down
 */
record Parts(
    Layout layout,
    Journal journal,
    Pods pods,
    CreationClock clock,
    Ids ids,
    Exits exits,
    Leases leases,
    Trash trash,
    Kernel kernel,
    ShimLauncher shims,
    Images images,
    PodNetwork network,
    Cgroups cgroups,
    SeccompFilters filters,
    ContainerTranslator translator,
    CdiDevices cdi,
    Handlers handlers,
    OutsidePrograms programs,
    MachineFacts facts,
    String bootId,
    LogRules logRules,
    Gauges gauges,
    ContainerEvents events,
    Faults faults) {

  ContainerTeardown containerTeardown() {
    return new ContainerTeardown(
        pods, layout, cgroups, otherRuntimes(), leases, exits, trash, faults);
  }

  OtherRuntimes otherRuntimes() {
    return new OtherRuntimes(handlers, pods, layout, cgroups, programs);
  }

  SandboxTeardown sandboxTeardown() {
    return new SandboxTeardown(
        pods, layout, network, containerTeardown(), podCgroups(), stuckShims(), faults);
  }

  PodCgroups podCgroups() {
    return new PodCgroups(cgroups);
  }

  StuckShims stuckShims() {
    return new StuckShims(cgroups, kernel.processes());
  }

  OrphanDirectories orphanDirectories() {
    return new OrphanDirectories(layout, pods);
  }

  StrayShims strayShims() {
    return new StrayShims(cgroups, pods, stuckShims());
  }

  PodParts podParts() {
    return new PodParts(layout, shims, exits, cgroups.shimDirectories());
  }

  /** One a daemon. */
  SpareShims spareShims() {
    return new SpareShims(layout, podParts(), exits, ids);
  }

  SandboxRequests sandboxRequests() {
    return new SandboxRequests(
        ids, clock, network, podCgroups(), handlers, facts.hostname(), bootId);
  }

  ContainerParts containerParts() {
    return new ContainerParts(layout, cgroups, otherRuntimes(), logRules);
  }

  ContainerRequests containerRequests() {
    return new ContainerRequests(images, translator, cdi, filters, cgroups, layout, ids, clock);
  }

  OomScores oomScores() {
    return new OomScores(kernel, cgroups, facts.oomScoreAdjFloor());
  }

  ExecPlans execPlans() {
    return new ExecPlans(cgroups, otherRuntimes());
  }

  Recovery recovery() {
    return new Recovery(
        journal,
        pods,
        clock,
        network,
        new SandboxRecovery(journal, pods, podParts(), sandboxTeardown(), bootId),
        containerRecovery());
  }

  LostShim lostShim() {
    return new LostShim(podParts(), containerTeardown(), containerRecovery());
  }

  private ContainerRecovery containerRecovery() {
    return new ContainerRecovery(
        journal, pods, images, leases, exits, containerTeardown(), clock, bootId);
  }
}
