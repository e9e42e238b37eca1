package dev.berth.podmetrics;

import dev.berth.cri.v1.Metric;
import dev.berth.cri.v1.UInt64Value;
import java.util.ArrayList;
import java.util.List;

/** The rows about one pod or container, as they are collected. */
final class Rows {
  private static final long SECOND = 1_000_000_000L;

  private final List<String> common;
  private final long at;
  private final List<Metric> rows = new ArrayList<>();

  /**
   * No rows yet.
   *
   * @param common values of {@link Family#COMMON}
   * @param at the rows' time, in nanoseconds since the epoch
   */
  Rows(List<String> common, long at) {
    this.common = List.copyOf(common);
    this.at = at;
  }

  /** A row; the labels are the values of the family's own ones. */
  void add(Family family, long value, String... labels) {
    if (labels.length != family.labels().size()) {
      throw new IllegalArgumentException(family.name() + " has labels " + family.labels());
    }
    rows.add(
        Metric.newBuilder()
            .setName(family.name())
            .setTimestamp(at)
            .setMetricType(family.type())
            .addAllLabelValues(common)
            .addAllLabelValues(List.of(labels))
            .setValue(UInt64Value.newBuilder().setValue(value))
            .build());
  }

  /** A row of a time that is known in nanoseconds: whole seconds, as the CRI's values are whole. */
  void addSeconds(Family family, long nanos, String... labels) {
    add(family, nanos / SECOND, labels);
  }

  List<Metric> rows() {
    return rows;
  }
}
