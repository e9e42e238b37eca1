import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Prints a package's list of materials in the form of CycloneDX 1.6: its libraries with their
 * licences, as their projects state them, and the Java runtime.
 *
 * <p>{@code Sbom ORIGINS LIB RELEASE VERSION EPOCH}: Maven's list of the libraries with their files,
 * the folder of jars as shipped, the runtime's release file, the package's version, and its time.
 */
public final class Sbom {
  /** A line of Maven's: group:artifact:type[:classifier]:version:scope:file, and maybe a module. */
  private static final Pattern ORIGIN =
      Pattern.compile(
          " *([^: ]+):([^: ]+):jar:(?:([^: ]+):)?([^: ]+):(?:compile|runtime):([^ ]+[.]jar).*");

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Sbom() {}

  public static void main(String[] args) throws Exception {
    ObjectNode bom = MAPPER.createObjectNode();
    bom.put("bomFormat", "CycloneDX").put("specVersion", "1.6").put("version", 1);
    ObjectNode metadata = bom.putObject("metadata");
    metadata.put("timestamp", Instant.ofEpochSecond(Long.parseLong(args[4])).toString());
    ObjectNode berth = metadata.putObject("component").put("type", "application");
    berth.put("bom-ref", "berth").put("name", "berth").put("version", args[3]);
    license(berth, "Apache-2.0");
    ArrayNode components = bom.putArray("components");
    for (String line : Files.readAllLines(Path.of(args[0])).stream().sorted().toList()) {
      Matcher origin = ORIGIN.matcher(line);
      if (origin.matches() && !origin.group(1).equals("dev.berth")) {
        components.add(library(origin, Path.of(args[1])));
      }
    }
    components.add(runtime(Path.of(args[2])));
    System.out.println(bom.toPrettyString());
  }

  private static ObjectNode library(Matcher origin, Path lib) throws Exception {
    Path jar = Path.of(origin.group(5));
    String purl = "pkg:maven/" + origin.group(1) + "/" + origin.group(2) + "@" + origin.group(4);
    purl += origin.group(3) == null ? "" : "?classifier=" + origin.group(3);
    ObjectNode component = MAPPER.createObjectNode().put("type", "library").put("bom-ref", purl);
    component.put("group", origin.group(1)).put("name", origin.group(2));
    component.put("version", origin.group(4)).put("purl", purl);
    byte[] shipped = Files.readAllBytes(lib.resolve(jar.getFileName()));
    component
        .putArray("hashes")
        .addObject()
        .put("alg", "SHA-256")
        .put("content", HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(shipped)));
    ArrayNode licenses = component.putArray("licenses");
    Path pom = jar.resolveSibling(origin.group(2) + "-" + origin.group(4) + ".pom");
    licenses(pom).forEach(name -> licenses.addObject().putObject("license").put("name", name));
    if (licenses.isEmpty()) {
      component.remove("licenses");
    }
    return component;
  }

  /** The licences that a project states, or the nearest of its parents. */
  private static List<String> licenses(Path pom) throws Exception {
    Element project =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(pom.toFile())
            .getDocumentElement();
    Optional<Element> stated = child(project, "licenses");
    if (stated.isPresent()) {
      List<String> names = new ArrayList<>();
      for (Element license : children(stated.get(), "license")) {
        child(license, "name").ifPresent(name -> names.add(name.getTextContent().strip()));
      }
      return names;
    }
    Optional<Element> parent = child(project, "parent");
    return parent.isEmpty() ? List.of() : licenses(beside(pom, parent.get()));
  }

  /** A parent's pom in the repository that a pom lies in. */
  private static Path beside(Path pom, Element parent) {
    String group = text(parent, "groupId");
    String artifact = text(parent, "artifactId");
    String version = text(parent, "version");
    Path root = pom;
    while (!root.getFileName().toString().equals("repository")) {
      root = root.getParent();
    }
    return root.resolve(group.replace('.', '/'))
        .resolve(artifact)
        .resolve(version)
        .resolve(artifact + "-" + version + ".pom");
  }

  private static String text(Element of, String name) {
    return child(of, name).orElseThrow().getTextContent().strip();
  }

  private static Optional<Element> child(Element of, String name) {
    return children(of, name).stream().findFirst();
  }

  private static List<Element> children(Element of, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = of.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }

  private static ObjectNode runtime(Path release) throws IOException {
    Properties facts = new Properties();
    facts.load(new StringReader(Files.readString(release).replace("\"", "")));
    ObjectNode component = MAPPER.createObjectNode().put("type", "platform");
    component.put("bom-ref", "java-runtime").put("name", "OpenJDK");
    component.put("version", facts.getProperty("JAVA_VERSION"));
    component.put("description", "modules " + facts.getProperty("MODULES"));
    license(component, "GPL-2.0-with-classpath-exception");
    return component;
  }

  private static void license(ObjectNode component, String id) {
    component.putArray("licenses").addObject().putObject("license").put("id", id);
  }
}
