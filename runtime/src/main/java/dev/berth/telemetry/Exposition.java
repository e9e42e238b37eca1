package dev.berth.telemetry;

/** A page in Prometheus' text exposition format 0.0.4, as it is written. */
public final class Exposition {
  /** The page's media type. */
  public static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final StringBuilder page = new StringBuilder(16 * 1024);

  /** Begins a metric. */
  public void family(String name, String type, String help) {
    page.append("# HELP ").append(name).append(' ').append(help).append('\n');
    page.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  /**
   * One row.
   *
   * @param labels names and values in turn
   */
  public void row(String name, double value, String... labels) {
    page.append(name);
    labels(labels, "");
    number(Double.toString(value));
  }

  /** One row of a whole number. */
  public void row(String name, long value, String... labels) {
    page.append(name);
    labels(labels, "");
    number(Long.toString(value));
  }

  /** The rows of a histogram. */
  void histogram(String name, Histogram of, String... labels) {
    long[] counts = of.cumulated();
    for (int i = 0; i < counts.length; i++) {
      page.append(name).append("_bucket");
      labels(labels, i < Histogram.BOUNDS.length ? Double.toString(Histogram.BOUNDS[i]) : "+Inf");
      number(Long.toString(counts[i]));
    }
    row(name + "_sum", of.seconds(), labels);
    row(name + "_count", counts[counts.length - 1], labels);
  }

  private void labels(String[] labels, String bound) {
    if (labels.length == 0 && bound.isEmpty()) {
      return;
    }
    String between = "{";
    for (int i = 0; i < labels.length; i += 2) {
      page.append(between).append(labels[i]).append("=\"").append(escaped(labels[i + 1]));
      page.append('"');
      between = ",";
    }
    if (!bound.isEmpty()) {
      page.append(between).append("le=\"").append(bound).append('"');
    }
    page.append('}');
  }

  private void number(String value) {
    page.append(' ').append(value).append('\n');
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  /** The whole page. */
  public String text() {
    return page.toString();
  }
}
