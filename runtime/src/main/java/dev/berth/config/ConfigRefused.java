package dev.berth.config;

import java.util.List;

/** The configuration is wrong; the message has a line for everything that is wrong with it. */
public final class ConfigRefused extends Exception {
  private static final long serialVersionUID = 1L;

  ConfigRefused(List<String> problems) {
    super(String.join("\n", problems));
  }
}
