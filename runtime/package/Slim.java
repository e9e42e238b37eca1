import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies jars without the native libraries in them: those of this machine are files of their own, and
 * those of others are of no use. {@code Slim DIR JAR...}
 */
public final class Slim {
  private static final Pattern NATIVE = Pattern.compile(".*[.](so|dll|dylib|jnilib|a)");

  private Slim() {}

  public static void main(String[] args) throws IOException {
    Path to = Path.of(args[0]);
    for (String jar : Arrays.asList(args).subList(1, args.length)) {
      copy(Path.of(jar), to.resolve(Path.of(jar).getFileName()));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (ZipFile jar = new ZipFile(from.toFile())) {
      if (jar.stream().noneMatch(entry -> NATIVE.matcher(entry.getName()).matches())) {
        Files.copy(from, to);
        return;
      }
      try (OutputStream file = Files.newOutputStream(to);
          ZipOutputStream out = new ZipOutputStream(file)) {
        for (var entries = jar.entries(); entries.hasMoreElements(); ) {
          copy(jar, entries.nextElement(), out);
        }
      }
    }
  }

  private static void copy(ZipFile jar, ZipEntry entry, ZipOutputStream out) throws IOException {
    if (NATIVE.matcher(entry.getName()).matches()) {
      return;
    }
    ZipEntry same = new ZipEntry(entry.getName());
    same.setTimeLocal(entry.getTimeLocal());
    out.putNextEntry(same);
    try (InputStream in = jar.getInputStream(entry)) {
      in.transferTo(out);
    }
    out.closeEntry();
  }
}
