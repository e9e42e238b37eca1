package dev.berth.podmetrics;

import dev.berth.cri.v1.MetricDescriptor;
import dev.berth.cri.v1.MetricType;
import java.util.ArrayList;
import java.util.List;

/**
 * One metric by name.
 *
 * @param labels those beside the common ones
 */
record Family(String name, String help, MetricType type, List<String> labels) {
  /** What every row says first. */
  static final List<String> COMMON =
      List.of("container", "id", "image", "name", "namespace", "pod");

  static Family counter(String name, String help, String... labels) {
    return new Family(name, help, MetricType.COUNTER, List.of(labels));
  }

  static Family gauge(String name, String help, String... labels) {
    return new Family(name, help, MetricType.GAUGE, List.of(labels));
  }

  MetricDescriptor descriptor() {
    List<String> keys = new ArrayList<>(COMMON);
    keys.addAll(labels);
    return MetricDescriptor.newBuilder().setName(name).setHelp(help).addAllLabelKeys(keys).build();
  }
}
