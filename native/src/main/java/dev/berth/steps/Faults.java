package dev.berth.steps;

/**
 * Where a test breaks an operation: asked before and after every step.
 *
 * <p>In a daemon that no test drives this is {@link #NONE}.
 */
public interface Faults {

  /** Breaks nothing. */
  Faults NONE = new Faults() {};

  /**
   * A step is about to run.
   *
   * @param operation the operation's name
   * @param number the step's number in it, from 1
   * @param step the step's name
   * @throws Exception to make the step fail
   */
  default void before(String operation, int number, String step) throws Exception {}

  /** A step has run; throwing here is "it happened, then failed". */
  default void after(String operation, int number, String step) throws Exception {}
}
