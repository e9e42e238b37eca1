package dev.berth.cri;

import java.util.Map;

/** What the node can do at this moment; asked at every Status, so an answer costs microseconds. */
public interface Readiness {

  /**
   * One of the two conditions that the kubelet knows.
   *
   * @param reason one word in CamelCase, empty when ready
   * @param message a sentence, empty when ready
   */
  record Condition(boolean ready, String reason, String message) {
    /** All is well. */
    public static final Condition READY = new Condition(true, "", "");

    /** Not ready, and why. */
    public static Condition notReady(String reason, String message) {
      return new Condition(false, reason, message);
    }
  }

  /** Whether containers can be run. */
  Condition runtime();

  /** Whether pods can be attached to a network. */
  Condition network();

  /** Whether the runtimes behind handlers can be run, by the handler's name; not Berth's own. */
  Map<String, Condition> handlers();

  /** Facts for people who debug, by name; values are JSON texts. */
  Map<String, String> info();
}
