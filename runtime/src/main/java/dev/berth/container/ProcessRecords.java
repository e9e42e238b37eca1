package dev.berth.container;

import com.google.protobuf.ByteString;
import dev.berth.shim.FilterProgram;
import dev.berth.spec.CapabilitySet;
import dev.berth.spec.oci.OciProcess;
import dev.berth.state.v1.ProcessDefaults;
import dev.berth.state.v1.ResourceLimit;
import java.util.List;

/**
 * A container's process as its record has it, so that an exec can start from it after a restart.
 */
final class ProcessRecords {
  private ProcessRecords() {}

  static ProcessDefaults record(OciProcess process, FilterProgram filter) {
    OciProcess.Capabilities capabilities = process.capabilities();
    ProcessDefaults.Builder out =
        ProcessDefaults.newBuilder()
            .addAllEnv(process.env())
            .setCwd(process.cwd())
            .setUid(process.user().uid())
            .setGid(process.user().gid())
            .addAllGroups(process.user().additionalGids())
            .setCapBounding(CapabilitySet.mask(capabilities.bounding()))
            .setCapEffective(CapabilitySet.mask(capabilities.effective()))
            .setCapPermitted(CapabilitySet.mask(capabilities.permitted()))
            .setCapAmbient(CapabilitySet.mask(capabilities.ambient()))
            .setNoNewPrivs(process.noNewPrivileges())
            .setSeccomp(ByteString.copyFrom(filter.bytes()));
    Integer oomScoreAdj = process.oomScoreAdj();
    if (oomScoreAdj != null) {
      out.setOomScoreAdj(oomScoreAdj);
    }
    process
        .rlimits()
        .forEach(
            l ->
                out.addRlimits(
                    ResourceLimit.newBuilder()
                        .setType(l.type())
                        .setSoft(l.soft())
                        .setHard(l.hard())));
    return out.build();
  }

  /** The filter of a recorded process. */
  static FilterProgram filter(ProcessDefaults record) {
    return record.getSeccomp().isEmpty()
        ? FilterProgram.NONE
        : FilterProgram.of(record.getSeccomp().toByteArray());
  }

  /** A recorded process without its command. */
  static OciProcess process(ProcessDefaults record) {
    var capabilities =
        new OciProcess.Capabilities(
            CapabilitySet.names(record.getCapBounding()),
            CapabilitySet.names(record.getCapEffective()),
            CapabilitySet.names(record.getCapAmbient()),
            CapabilitySet.names(record.getCapPermitted()),
            CapabilitySet.names(record.getCapAmbient()));
    return new OciProcess(
        false,
        new OciProcess.User(record.getUid(), record.getGid(), null, record.getGroupsList()),
        List.of(),
        record.getEnvList(),
        record.getCwd(),
        capabilities,
        record.getRlimitsList().stream()
            .map(l -> new OciProcess.Rlimit(l.getType(), l.getSoft(), l.getHard()))
            .toList(),
        record.getNoNewPrivs(),
        null,
        record.hasOomScoreAdj() ? record.getOomScoreAdj() : null,
        null);
  }
}
