package dev.berth.cli;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code docs/cri-coverage.md}: every RPC, and every field of those that are answered.
 *
 * <p>Rendering takes the structure from the proto and the list of served methods, and the words
 * about fields from the page as it is: regenerating loses no words.
 */
final class CoveragePage {
  /** What stands beside a field about which nothing was written yet. */
  static final String OPEN = "not yet stated";

  private final FileDescriptor proto;
  private final Set<String> served;
  private final Map<String, String> words = new HashMap<>();

  CoveragePage(FileDescriptor proto, Set<String> served, String pageAsItIs) {
    this.proto = proto;
    this.served = served;
    readWords(pageAsItIs);
  }

  String render() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # CRI coverage

        Every RPC of the CRI v1, and every field of the messages of those that Berth answers. What is not
        answered is `UNIMPLEMENTED`; "yes" means read or filled as the CRI says. A test holds the list of RPCs, messages and fields against the proto
        and against what the server answers
        (`mvn -pl runtime -am test -Dtest=CriCoverageKernelTest -Dberth.docs.write=true` writes the structure
        anew and keeps the words).

        """);
    proto.getServices().forEach(service -> service(page, service));
    page.append("## Fields\n");
    messages().forEach(message -> message(page, message));
    return page.toString();
  }

  private void service(StringBuilder page, ServiceDescriptor service) {
    page.append("## ").append(service.getName()).append("\n\n| RPC | answered |\n|---|---|\n");
    for (MethodDescriptor method : service.getMethods()) {
      boolean yes = served.contains(method.getName());
      page.append("| `%s` | %s |\n".formatted(method.getName(), yes ? "yes" : "UNIMPLEMENTED"));
    }
    page.append('\n');
  }

  private void message(StringBuilder page, Descriptor message) {
    if (message.getFields().isEmpty()) {
      return;
    }
    page.append("\n### ").append(message.getName()).append("\n\n| field | |\n|---|---|\n");
    for (FieldDescriptor field : message.getFields()) {
      String about = words.getOrDefault(message.getName() + "." + field.getName(), OPEN);
      page.append("| `%s` | %s |\n".formatted(field.getName(), about));
    }
  }

  /** The messages that the served methods carry, outermost first, without Windows' own. */
  private List<Descriptor> messages() {
    Set<Descriptor> seen = new LinkedHashSet<>();
    Deque<Descriptor> todo = new ArrayDeque<>();
    for (ServiceDescriptor service : proto.getServices()) {
      for (MethodDescriptor method : service.getMethods()) {
        if (served.contains(method.getName())) {
          todo.add(method.getInputType());
          todo.add(method.getOutputType());
        }
      }
    }
    while (!todo.isEmpty()) {
      Descriptor message = todo.remove();
      boolean plain = message.getFile().equals(proto) && !message.getOptions().getMapEntry();
      if (plain && !message.getName().startsWith("Windows") && seen.add(message)) {
        message.getFields().stream()
            .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
            .forEach(field -> todo.add(field.getMessageType()));
      }
    }
    return seen.stream().sorted(Comparator.comparingInt(Descriptor::getIndex)).toList();
  }

  private void readWords(String page) {
    String message = "";
    for (String line : page.lines().toList()) {
      if (line.startsWith("### ")) {
        message = line.substring(4).strip();
      } else if (line.startsWith("| `") && line.endsWith(" |")) {
        int end = line.indexOf("` | ");
        words.put(
            message + "." + line.substring(3, end), line.substring(end + 4, line.length() - 2));
      }
    }
  }
}
