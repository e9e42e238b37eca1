package dev.berth.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pod whose namespaces were made before anybody asked for it. */
final class ShimCompleteKernelTest {
  private ShimBench bench;

  @BeforeEach
  void open() throws Exception {
    bench = ShimBench.open(named(""));
  }

  @AfterEach
  void close() throws Exception {
    if (bench != null) {
      bench.close();
    }
  }

  private static PodPlan named(String hostname) {
    return new PodPlan(true, true, true, false, hostname, PodPlan.DEFAULT_SHM_BYTES, Map.of());
  }

  private ShimFailure complete(PodPlan plan) {
    return catchThrowableOfType(ShimFailure.class, () -> bench.shim.completePod(plan).close());
  }

  @Test
  void getsItsNameAndSysctlsInTheNamespacesThatAreThere() throws Exception {
    PodPlan plan = named("late").withSysctls(Map.of("net.ipv4.ip_unprivileged_port_start", "77"));
    try (PodNamespaces before = bench.shim.podNamespaces();
        PodNamespaces after = bench.shim.completePod(plan)) {
      assertThat(before.netns()).isNotNull();
      assertThat(after.netlink()).isNotNull();
    }
    String script = "hostname; cat /proc/sys/net/ipv4/ip_unprivileged_port_start";
    assertThat(bench.output(bench.plan("c1", script))).isEqualTo("late\n77\n");
  }

  @Test
  void aSysctlThatCannotBeIsRefusedByItsName() {
    ShimFailure failure = complete(named("late").withSysctls(Map.of("net.core.somaxconn", "many")));
    assertThat(failure.kind()).isEqualTo(ShimFailure.Kind.BAD_REQUEST);
    assertThat(failure.detail()).isEqualTo("net.core.somaxconn");
  }

  @Test
  void otherNamespacesAreRefused() {
    PodPlan other =
        new PodPlan(true, true, true, true, "late", PodPlan.DEFAULT_SHM_BYTES, Map.of());
    assertThat(complete(other).kind()).isEqualTo(ShimFailure.Kind.WRONG_STATE);
  }

  @Test
  void aPodWithContainersKeepsItsName() throws Exception {
    bench.shim.create(bench.plan("c1", "sleep 1000"));
    assertThat(complete(named("late")).kind()).isEqualTo(ShimFailure.Kind.WRONG_STATE);
  }
}
