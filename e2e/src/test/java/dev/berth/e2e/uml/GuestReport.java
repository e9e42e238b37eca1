package dev.berth.e2e.uml;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What became of the tests that ran in a guest: {@code Class.method} to the text of the failure or
 * the reason of the skip, empty for a test that passed.
 *
 * @param passed the tests that passed
 * @param skipped the tests that were skipped, with the reason
 * @param failed the tests that failed, with the failure
 */
record GuestReport(
    SortedMap<String, String> passed,
    SortedMap<String, String> skipped,
    SortedMap<String, String> failed) {

  /** Reads the report that the console launcher writes. */
  static GuestReport read(Path file) throws IOException {
    GuestReport report = new GuestReport(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    try {
      NodeList cases =
          DocumentBuilderFactory.newDefaultInstance()
              .newDocumentBuilder()
              .parse(file.toFile())
              .getElementsByTagName("testcase");
      for (int i = 0; i < cases.getLength(); i++) {
        report.add((Element) cases.item(i));
      }
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException("the guest's test report " + file, e);
    }
    return report;
  }

  private void add(Element test) {
    String type = test.getAttribute("classname");
    String method = test.getAttribute("name").replace("()", "");
    String name = type.substring(type.lastIndexOf('.') + 1) + "." + method;
    for (String bad : new String[] {"failure", "error"}) {
      if (test.getElementsByTagName(bad).item(0) instanceof Element failure) {
        failed.put(name, failure.getTextContent());
        return;
      }
    }
    if (test.getElementsByTagName("skipped").item(0) instanceof Element skip) {
      skipped.put(name, reason(skip.getTextContent()));
    } else {
      passed.put(name, "");
    }
  }

  /** The first line of the abort, without the exception's name. */
  private static String reason(String text) {
    String line = text.lines().findFirst().orElse("");
    return line.substring(line.indexOf("Exception: ") + 1).replaceFirst("^xception: ", "");
  }
}
