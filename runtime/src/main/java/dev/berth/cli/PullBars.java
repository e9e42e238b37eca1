package dev.berth.cli;

import dev.berth.api.v1.PullProgress;
import java.io.PrintStream;

/** A bar a layer, drawn over the ones before. */
final class PullBars {
  private static final int WIDTH = 30;
  private static final int SHORT_DIGEST = 12;

  /** More would scroll away what is drawn over: the rest is one line. */
  private static final int MOST = 20;

  private final PrintStream out;
  private int drawn;

  PullBars(PrintStream out) {
    this.out = out;
  }

  void draw(PullProgress progress) {
    StringBuilder text = new StringBuilder();
    if (drawn > 0) {
      text.append("\u001b[").append(drawn).append('A');
    }
    int shown = Math.min(MOST, progress.getLayersCount());
    for (PullProgress.Layer layer : progress.getLayersList().subList(0, shown)) {
      text.append(line(layer)).append("\u001b[K\n");
    }
    if (shown < progress.getLayersCount()) {
      text.append("and ").append(progress.getLayersCount() - shown).append(" more\u001b[K\n");
      shown++;
    }
    drawn = shown;
    out.print(text);
    out.flush();
  }

  /** One layer's line. */
  static String line(PullProgress.Layer layer) {
    String digest = layer.getDigest().substring(layer.getDigest().indexOf(':') + 1);
    String name = digest.substring(0, Math.min(SHORT_DIGEST, digest.length()));
    boolean ready = layer.getPhase() == PullProgress.Phase.READY;
    long size = Math.max(1, layer.getSize());
    int full = ready ? WIDTH : (int) Math.min(WIDTH, layer.getFetched() * WIDTH / size);
    String bar = "=".repeat(full) + " ".repeat(WIDTH - full);
    return name + " [" + bar + "] " + words(layer);
  }

  private static String words(PullProgress.Layer layer) {
    return switch (layer.getPhase()) {
      case WAITING, UNRECOGNIZED -> "waiting";
      case FETCHING ->
          ImageCommand.size(layer.getFetched()) + " of " + ImageCommand.size(layer.getSize());
      case READY -> "here, " + ImageCommand.size(layer.getSize());
    };
  }
}
