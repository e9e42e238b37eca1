package dev.berth.config;

/**
 * Where a value was given.
 *
 * @param source a file's path, or a command line option
 * @param line the line in the file, from 1, or 0 where there are no lines
 */
record Origin(String source, int line) {
  @Override
  public String toString() {
    return line == 0 ? source : source + ":" + line;
  }
}
