package dev.berth.cri;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The interface as a set of lines, one fact a line, in the form of the list of facts: tab-separated
 * {@code rpc}, {@code field} and {@code value} rows. Three sources give the same form, so that they
 * compare as sets.
 */
final class CriFacts {
  private static final Pattern METHOD = Pattern.compile("(\\w+)\\((\\w+)\\)(\\*?)(\\w+)");
  private static final Pattern VALUE = Pattern.compile("(\\w+)=(\\d+)");
  private static final Pattern FIELD = Pattern.compile("(\\w+)=(\\d+):([\\w<>,]+)(\\[])?(!?)");

  private CriFacts() {}

  /** The facts of a generated file. */
  static NavigableSet<String> of(FileDescriptor file) {
    NavigableSet<String> facts = new TreeSet<>();
    for (ServiceDescriptor service : file.getServices()) {
      for (MethodDescriptor method : service.getMethods()) {
        facts.add(rpc(service.getName(), method));
      }
    }
    file.getEnumTypes().forEach(type -> addValues(facts, type.getName(), type));
    file.getMessageTypes().forEach(type -> addMessage(facts, type));
    return facts;
  }

  /** The facts of the tab-separated list; blank lines are left out. */
  static NavigableSet<String> ofTable(List<String> lines) {
    NavigableSet<String> facts = new TreeSet<>();
    lines.stream().filter(line -> !line.isBlank()).forEach(facts::add);
    return facts;
  }

  /** The facts of the compact form kept beside this test; # starts a comment line. */
  static NavigableSet<String> ofCompact(List<String> lines) {
    NavigableSet<String> facts = new TreeSet<>();
    for (String line : lines) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] words = line.split(" ", -1);
      for (int i = 2; i < words.length; i++) {
        facts.add(expand(words[0], words[1], words[i]));
      }
    }
    return facts;
  }

  private static String expand(String kind, String type, String entry) {
    return switch (kind) {
      case "service" -> {
        Matcher m = match(METHOD, entry);
        yield rpc(type, m.group(1), m.group(2), m.group(4), !m.group(3).isEmpty());
      }
      case "enum" -> {
        Matcher m = match(VALUE, entry);
        yield value(type, m.group(2), m.group(1));
      }
      case "message" -> {
        Matcher m = match(FIELD, entry);
        String label =
            m.group(4) != null ? "repeated" : m.group(3).startsWith("map<") ? "map" : "singular";
        yield field(type, m.group(2), label, m.group(3), m.group(1), !m.group(5).isEmpty());
      }
      default -> throw new IllegalArgumentException("unknown kind of line: " + kind);
    };
  }

  private static Matcher match(Pattern pattern, String entry) {
    Matcher matcher = pattern.matcher(entry);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("entry not understood: " + entry);
    }
    return matcher;
  }

  private static void addMessage(NavigableSet<String> facts, Descriptor message) {
    for (EnumDescriptor nested : message.getEnumTypes()) {
      addValues(facts, message.getName() + "." + nested.getName(), nested);
    }
    for (FieldDescriptor f : message.getFields()) {
      String label = f.isMapField() ? "map" : f.isRepeated() ? "repeated" : "singular";
      facts.add(
          field(
              message.getName(),
              Integer.toString(f.getNumber()),
              label,
              typeOf(f),
              f.getName(),
              f.getOptions().getDeprecated()));
    }
  }

  private static void addValues(NavigableSet<String> facts, String name, EnumDescriptor type) {
    type.getValues()
        .forEach(v -> facts.add(value(name, Integer.toString(v.getNumber()), v.getName())));
  }

  private static String typeOf(FieldDescriptor field) {
    if (field.isMapField()) {
      Descriptor entry = field.getMessageType();
      return "map<"
          + typeOf(entry.findFieldByNumber(1))
          + ","
          + typeOf(entry.findFieldByNumber(2))
          + ">";
    }
    return switch (field.getJavaType()) {
      case MESSAGE -> field.getMessageType().getName();
      case ENUM -> field.getEnumType().getName();
      default -> field.getType().name().toLowerCase(Locale.ROOT);
    };
  }

  private static String rpc(String service, MethodDescriptor method) {
    return rpc(
        service,
        method.getName(),
        method.getInputType().getName(),
        method.getOutputType().getName(),
        method.isServerStreaming());
  }

  private static String rpc(
      String service, String method, String request, String response, boolean stream) {
    return String.join(
        "\t", "rpc", service, method, request, response, stream ? "server-stream" : "unary");
  }

  private static String value(String type, String number, String name) {
    return String.join("\t", "value", type, number, name);
  }

  private static String field(
      String message, String number, String label, String type, String name, boolean deprecated) {
    String row = String.join("\t", "field", message, number, label, type, name);
    return deprecated ? row + "\tdeprecated" : row;
  }
}
