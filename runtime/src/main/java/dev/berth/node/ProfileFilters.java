package dev.berth.node;

import dev.berth.container.SeccompFilters;
import dev.berth.fault.Fault;
import dev.berth.seccomp.SeccompAction;
import dev.berth.seccomp.SeccompCondition;
import dev.berth.seccomp.SeccompProfile;
import dev.berth.seccomp.SeccompRule;
import dev.berth.shim.FilterProgram;
import dev.berth.spec.CapabilitySet;
import dev.berth.spec.SeccompChoice;
import dev.berth.spec.SeccompProfileFile;
import dev.berth.spec.oci.OciSeccomp;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Filters of profiles: Berth's own, the operator's in its place, or one that a pod names. */
final class ProfileFilters implements SeccompFilters {
  private static final Logger LOG = LoggerFactory.getLogger(ProfileFilters.class);
  private static final int EPERM = 1;
  private static final String FIELD = "config.linux.security_context.seccomp.localhost_ref";

  private final dev.berth.seccomp.SeccompFilters filters;
  private final Optional<Path> operatorsDefault;

  /**
   * Over the machine's compiler.
   *
   * @param operatorsDefault a profile that stands for RuntimeDefault, or empty for Berth's own
   */
  ProfileFilters(dev.berth.seccomp.SeccompFilters filters, Optional<Path> operatorsDefault) {
    this.filters = filters;
    this.operatorsDefault = operatorsDefault;
  }

  /** Makes the filter that most containers get; a machine that cannot says so when one asks. */
  void warm() {
    try {
      of(new SeccompChoice.RuntimeDefault(), CapabilitySet.DEFAULT);
    } catch (Fault e) {
      LOG.warn("the default seccomp filter cannot be made: {}", e.getMessage());
    }
  }

  @Override
  public FilterProgram of(SeccompChoice choice, long capabilities) {
    return switch (choice) {
      case SeccompChoice.Unconfined _ -> FilterProgram.NONE;
      case SeccompChoice.RuntimeDefault _ ->
          operatorsDefault.isPresent()
              ? file("runtime.default_seccomp", operatorsDefault.get().toString())
              : filters.runtimeDefault(capabilities);
      case SeccompChoice.Localhost localhost -> file(FIELD, localhost.path());
    };
  }

  @Override
  public @Nullable OciSeccomp profile(SeccompChoice choice, long capabilities) {
    return switch (choice) {
      case SeccompChoice.Unconfined _ -> null;
      case SeccompChoice.RuntimeDefault _ ->
          operatorsDefault.isPresent()
              ? parsed("runtime.default_seccomp", operatorsDefault.get().toString())
              : OciProfile.runtimeDefault(capabilities);
      case SeccompChoice.Localhost localhost -> parsed(FIELD, localhost.path());
    };
  }

  private static OciSeccomp parsed(String field, String path) {
    return SeccompProfileFile.parse(field, path, read(field, path));
  }

  /** Read anew each time, since the file may change; an unchanged profile is compiled once. */
  private FilterProgram file(String field, String path) {
    try {
      return filters.of(profile(parsed(field, path)));
    } catch (IllegalArgumentException e) {
      throw new Fault.InvalidArgument(field + " \"" + path + "\": " + e.getMessage(), e);
    }
  }

  private static byte[] read(String field, String path) {
    try (InputStream in = Files.newInputStream(Path.of(path))) {
      byte[] json = in.readNBytes(SeccompProfileFile.MAX_BYTES + 1);
      if (json.length > SeccompProfileFile.MAX_BYTES) {
        throw Fault.InvalidArgument.of(
            field, path, "is larger than " + SeccompProfileFile.MAX_BYTES + " bytes");
      }
      return json;
    } catch (IOException e) {
      throw new Fault.InvalidArgument(field + " \"" + path + "\": cannot be read: " + e, e);
    }
  }

  private static SeccompProfile profile(OciSeccomp oci) {
    if (oci.listenerPath() != null) {
      throw new IllegalArgumentException("a listener is not supported");
    }
    List<SeccompRule> rules = new ArrayList<>();
    for (OciSeccomp.Rule rule : oci.syscalls()) {
      rules.add(
          new SeccompRule(
              rule.names(),
              action(rule.action(), rule.errnoRet()),
              rule.args().stream().map(ProfileFilters::condition).toList()));
    }
    return new SeccompProfile(
        action(oci.defaultAction(), oci.defaultErrnoRet()), oci.architectures(), rules);
  }

  private static SeccompAction action(String name, @Nullable Integer data) {
    return SeccompAction.of(name, data == null ? EPERM : data);
  }

  private static SeccompCondition condition(OciSeccomp.Condition condition) {
    BigInteger second = condition.valueTwo();
    return new SeccompCondition(
        condition.index(),
        SeccompCondition.Operator.of(condition.op()),
        condition.value().longValue(),
        second == null ? 0 : second.longValue());
  }
}
