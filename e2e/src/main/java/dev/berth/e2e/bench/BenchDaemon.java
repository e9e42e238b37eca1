package dev.berth.e2e.bench;

import java.io.IOException;
import java.nio.file.Path;

/** A runtime that the benchmark starts, with the image in its store and no pod yet. */
interface BenchDaemon extends AutoCloseable {
  /** Starts it; returns when its socket takes connections. */
  void start() throws IOException;

  /** Where it answers the CRI. */
  Path socket();

  /** Its process. */
  long pid();

  /** What the names of the processes begin with that it starts for each pod. */
  String shims();

  /** Ends it and takes away what it made. */
  @Override
  void close();
}
