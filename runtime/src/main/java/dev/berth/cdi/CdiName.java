package dev.berth.cdi;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.fault.Fault;
import dev.berth.spec.check.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fully qualified device name, {@code vendor.com/class=device}.
 *
 * @param kind vendor and class, as spec files have it
 * @param device the device's own name
 */
public record CdiName(String kind, String device) {
  /** Vendor, class and device as the specification limits them. */
  private static final Pattern QUALIFIED =
      Pattern.compile(
          "([A-Za-z](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9])?/[A-Za-z](?:[A-Za-z0-9_-]{0,252}[A-Za-z0-9])?)"
              + "=([A-Za-z0-9](?:[A-Za-z0-9_.:-]{0,252}[A-Za-z0-9])?)");

  /** Keys of annotations whose values list devices, with commas between. */
  private static final String ANNOTATION = "cdi.k8s.io/";

  private static final int MOST = 256;

  /**
   * The devices that a request names, each once: those of its field, then those of its annotations.
   *
   * @throws Fault.InvalidArgument one is no such name; the message says where it stands
   */
  public static List<CdiName> of(ContainerConfig config) {
    var names = new LinkedHashSet<CdiName>();
    for (int i = 0; i < config.getCDIDevicesCount(); i++) {
      names.add(parse("config.CDI_devices[" + i + "].name", config.getCDIDevices(i).getName()));
    }
    config
        .getAnnotationsMap()
        .forEach(
            (key, value) -> {
              if (key.startsWith(ANNOTATION)) {
                for (String name : value.split(",", -1)) {
                  names.add(parse("config.annotations[" + Refusal.printable(key) + "]", name));
                }
              }
            });
    if (names.size() > MOST) {
      throw Refusal.of("config.CDI_devices", names.size() + " devices", "at most " + MOST);
    }
    return new ArrayList<>(names);
  }

  private static CdiName parse(String field, String text) {
    Matcher parts = QUALIFIED.matcher(text);
    if (!parts.matches()) {
      throw Refusal.of(field, text, "has the form vendor/class=device");
    }
    return new CdiName(parts.group(1), parts.group(2));
  }

  @Override
  public String toString() {
    return kind + "=" + device;
  }
}
