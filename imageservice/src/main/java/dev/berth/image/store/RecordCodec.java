package dev.berth.image.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.fault.Fault;
import dev.berth.image.ImageConfig;
import dev.berth.image.layer.LayerUsage;
import dev.berth.image.reference.Digest;
import dev.berth.image.reference.ImageId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * Image records as text: a line {@code key value} each, values with {@code \\} and {@code \n}
 * escaped, the first line {@code berth-image 1}, the last {@code crc32c} over all before it.
 *
 * <p>No JSON, so that a starting daemon lists its images without loading a JSON library, and no
 * length limits of a binary form, so that an operator can read it.
 */
final class RecordCodec {
  private static final String MAGIC = "berth-image 1";
  private static final int SUM_LINE = "crc32c 00000000\n".length();

  private RecordCodec() {}

  static byte[] encode(ImageRecord record) {
    Lines lines = new Lines();
    lines.raw(MAGIC);
    lines.add("sequence", Long.toString(record.sequence()));
    lines.add("id", record.id().toString());
    lines.add("removed", Boolean.toString(record.removed()));
    lines.add("pinned", Boolean.toString(record.pinned()));
    lines.add("size", Long.toString(record.size()));
    record.tags().forEach(tag -> lines.add("tag", tag));
    record.digests().forEach(digest -> lines.add("digest", digest));
    record.blobs().forEach(blob -> lines.add("blob", blob.toString()));
    for (ImageRecord.LayerRecord layer : record.layers()) {
      LayerUsage usage = layer.usage();
      String sum = Long.toHexString(usage.sum());
      lines.add("layer", layer.diffId() + " " + usage.bytes() + " " + usage.inodes() + " " + sum);
    }
    config(lines, record.config());
    return lines.summed();
  }

  private static void config(Lines lines, ImageConfig config) {
    lines.add("user", config.user());
    config.env().forEach(e -> lines.add("env", e));
    config.entrypoint().forEach(e -> lines.add("entrypoint", e));
    config.cmd().forEach(c -> lines.add("cmd", c));
    lines.add("workdir", config.workingDir());
    config.labels().forEach((key, value) -> lines.add("label", escape(key) + "\t" + value));
    lines.add("stopsignal", config.stopSignal());
    config.volumes().forEach(v -> lines.add("volume", v));
    config.exposedPorts().forEach(p -> lines.add("port", p));
  }

  /**
   * Reads a record.
   *
   * @throws IOException it is damaged or of another version
   */
  static ImageRecord decode(byte[] content) throws IOException {
    String body = checked(content);
    Map<String, List<String>> fields = new LinkedHashMap<>();
    for (String line : body.lines().skip(1).toList()) {
      int space = line.indexOf(' ');
      if (space < 1) {
        throw new IOException("a line without a key");
      }
      fields
          .computeIfAbsent(line.substring(0, space), k -> new ArrayList<>())
          .add(line.substring(space + 1));
    }
    try {
      return new Fields(fields).record();
    } catch (Fault.InvalidArgument | NumberFormatException | IndexOutOfBoundsException e) {
      throw new IOException("a field is malformed: " + e.getMessage(), e);
    }
  }

  private static String checked(byte[] content) throws IOException {
    int end = content.length - SUM_LINE;
    if (end < 0) {
      throw new IOException("too short");
    }
    String stated = new String(content, end, SUM_LINE, UTF_8);
    if (!stated.equals(sumLine(content, end))) {
      throw new IOException("the checksum is wrong");
    }
    String body = new String(content, 0, end, UTF_8);
    if (!body.startsWith(MAGIC + "\n")) {
      throw new IOException("not of this version");
    }
    return body;
  }

  private static String sumLine(byte[] content, int end) {
    CRC32C sum = new CRC32C();
    sum.update(content, 0, end);
    return "crc32c %08x\n".formatted(sum.getValue());
  }

  private static String escape(String value) {
    return value
        .replace("\\", "\\\\")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t");
  }

  private static String unescape(String value) {
    if (value.indexOf('\\') < 0) {
      return value;
    }
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      plain.append(c == '\\' ? unescaped(value.charAt(++i)) : c);
    }
    return plain.toString();
  }

  private static char unescaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> c;
    };
  }

  private static final class Lines {
    private final StringBuilder text = new StringBuilder();

    void raw(String line) {
      text.append(line).append('\n');
    }

    void add(String key, String value) {
      raw(key + " " + (key.equals("label") ? labelValue(value) : escape(value)));
    }

    /** The key was escaped already, so the first tab divides. */
    private static String labelValue(String value) {
      int tab = value.indexOf('\t');
      return value.substring(0, tab + 1) + escape(value.substring(tab + 1));
    }

    byte[] summed() {
      byte[] body = text.toString().getBytes(UTF_8);
      byte[] sum = sumLine(body, body.length).getBytes(UTF_8);
      byte[] all = Arrays.copyOf(body, body.length + sum.length);
      System.arraycopy(sum, 0, all, body.length, sum.length);
      return all;
    }
  }

  private record Fields(Map<String, List<String>> lines) {

    ImageRecord record() {
      return new ImageRecord(
          Long.parseLong(one("sequence")),
          ImageId.parse(one("id")),
          Boolean.parseBoolean(one("removed")),
          Boolean.parseBoolean(one("pinned")),
          new LinkedHashSet<>(all("tag")),
          new LinkedHashSet<>(all("digest")),
          Long.parseLong(one("size")),
          new LinkedHashSet<>(all("blob", Digest::parse)),
          all("layer", Fields::layer),
          config());
    }

    private ImageConfig config() {
      Map<String, String> labels = new LinkedHashMap<>();
      for (String line : lines.getOrDefault("label", List.of())) {
        int tab = line.indexOf('\t');
        labels.put(unescape(line.substring(0, tab)), unescape(line.substring(tab + 1)));
      }
      return new ImageConfig(
          one("user"),
          all("env"),
          all("entrypoint"),
          all("cmd"),
          one("workdir"),
          labels,
          one("stopsignal"),
          new TreeSet<>(all("volume")),
          new TreeSet<>(all("port")));
    }

    /** Records of before there were sums have none. */
    private static ImageRecord.LayerRecord layer(String line) {
      String[] parts = line.split(" ", -1);
      long sum = parts.length > 3 ? Long.parseUnsignedLong(parts[3], 16) : 0;
      return new ImageRecord.LayerRecord(
          Digest.parse(parts[0]),
          new LayerUsage(Long.parseLong(parts[1]), Long.parseLong(parts[2]), sum));
    }

    private String one(String key) {
      return unescape(lines.getOrDefault(key, List.of()).getFirst());
    }

    private List<String> all(String key) {
      return all(key, text -> text);
    }

    private <T> List<T> all(String key, Function<String, T> parse) {
      return lines.getOrDefault(key, List.of()).stream()
          .map(RecordCodec::unescape)
          .map(parse)
          .toList();
    }
  }
}
