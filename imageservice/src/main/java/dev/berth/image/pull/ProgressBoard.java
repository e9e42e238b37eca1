package dev.berth.image.pull;

import dev.berth.image.PullProgress;
import dev.berth.image.PullProgress.Phase;
import dev.berth.image.layer.LayerBlob;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** How far one pull is: written by those who fetch, read by those who wait. */
final class ProgressBoard {

  private static final class Line {
    final LayerBlob layer;
    volatile long fetched;
    volatile Phase phase = Phase.WAITING;

    Line(LayerBlob layer) {
      this.layer = layer;
    }
  }

  private volatile List<Line> lines = List.of();

  /** The layers are known. */
  void layers(List<LayerBlob> layers) {
    lines = layers.stream().map(Line::new).toList();
  }

  void ready(int layer) {
    lines.get(layer).phase = Phase.READY;
  }

  /** A layer's bytes, counted as they pass; one thread reads them. */
  InputStream counted(int layer, InputStream in) {
    Line line = lines.get(layer);
    line.fetched = 0;
    line.phase = Phase.FETCHING;
    return new Counted(in, line);
  }

  PullProgress snapshot() {
    List<PullProgress.Layer> layers = new ArrayList<>();
    for (Line line : lines) {
      layers.add(
          new PullProgress.Layer(line.layer.digest(), line.layer.size(), line.fetched, line.phase));
    }
    return new PullProgress(layers);
  }

  private static final class Counted extends FilterInputStream {
    private final Line line;

    Counted(InputStream in, Line line) {
      super(in);
      this.line = line;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = in.read(buffer, offset, length);
      if (n > 0) {
        line.fetched += n;
      }
      return n;
    }
  }
}
