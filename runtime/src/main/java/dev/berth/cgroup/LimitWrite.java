package dev.berth.cgroup;

/**
 * One value for one file of a cgroup, and whom to blame when the kernel refuses it.
 *
 * @param controller whose file it is
 * @param file name in the cgroup's directory
 * @param value what is written
 * @param field of the request that asks for it
 * @param asked the field's value
 * @param optional whether a missing file or controller is passed over in silence
 */
record LimitWrite(
    String controller, String file, String value, String field, String asked, boolean optional) {

  static LimitWrite of(String file, String value, String field, Object asked) {
    return new LimitWrite(controllerOf(file), file, value, field, asked.toString(), false);
  }

  /** The same, passed over where the kernel has no such file. */
  LimitWrite ifThere() {
    return new LimitWrite(controller, file, value, field, asked, true);
  }

  /** The same file with another value. */
  LimitWrite withValue(String other) {
    return new LimitWrite(controller, file, other, field, asked, optional);
  }

  /** A file's name begins with its controller's, up to the first dot. */
  private static String controllerOf(String file) {
    int dot = file.indexOf('.');
    return dot < 0 ? file : file.substring(0, dot);
  }
}
