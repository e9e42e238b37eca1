package dev.berth.image.document;

import dev.berth.fault.Fault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A list of images of which one fits the machine (OCI image-spec, image-index.md).
 *
 * @param entries in the order written there
 */
public record Index(List<Entry> entries) implements Document {
  private static final int MAX_ENTRIES = 1_000;

  /** One image and what it is for; no platform when the index does not say. */
  public record Entry(Descriptor descriptor, Optional<Platform> platform, String name) {}

  public Index {
    entries = List.copyOf(entries);
  }

  static Index read(JsonFields fields) {
    List<Entry> entries = new ArrayList<>();
    for (JsonFields entry : fields.objects("manifests")) {
      entries.add(
          new Entry(
              Descriptors.read(entry),
              entry.object("platform").map(Index::platform),
              entry.textMap("annotations").getOrDefault("org.opencontainers.image.ref.name", "")));
    }
    if (entries.size() > MAX_ENTRIES) {
      throw fields.refused("manifests", "has more than " + MAX_ENTRIES + " entries");
    }
    return new Index(entries);
  }

  private static Platform platform(JsonFields fields) {
    return new Platform(fields.text("os"), fields.text("architecture"), fields.text("variant"));
  }

  /**
   * The image for a platform. An entry that does not say its platform is taken when no entry does
   * and there is only one.
   *
   * @param what names the index in messages
   * @throws Fault.NotFound no entry fits; the message lists what there is
   */
  public Descriptor choose(Platform machine, String what) {
    if (entries.size() == 1 && entries.getFirst().platform().isEmpty()) {
      return entries.getFirst().descriptor();
    }
    return entries.stream()
        .filter(e -> e.platform().map(machine::suits).orElse(0) > 0)
        .max(firstOfTheBest(machine))
        .map(Entry::descriptor)
        .orElseThrow(() -> none(machine, what));
  }

  private Comparator<Entry> firstOfTheBest(Platform machine) {
    return Comparator.<Entry>comparingInt(e -> e.platform().map(machine::suits).orElse(0))
        .thenComparing(entries::indexOf, Comparator.reverseOrder());
  }

  private Fault.NotFound none(Platform machine, String what) {
    TreeSet<String> offered = new TreeSet<>();
    entries.forEach(e -> offered.add(e.platform().map(Platform::toString).orElse("unknown")));
    return new Fault.NotFound(
        what + ": has no image for " + machine + ", only for " + String.join(", ", offered));
  }
}
