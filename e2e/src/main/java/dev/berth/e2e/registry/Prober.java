package dev.berth.e2e.registry;

import java.io.IOException;

/** An image whose program {@code /prober} prints what it finds around itself, see prober.c. */
public final class Prober {
  private static final String GROUPS =
      """
      root:x:0:
      wheel:x:50:alice
      staff:x:60:alice,bob
      """;

  private static final String PASSWD =
      """
      root:x:0:0::/:/bin/sh
      alice:x:1000:1000::/:/bin/sh
      bob:x:1001:1001::/:/bin/sh
      """;

  private Prober() {}

  /** A shell with the usual commands, and the prober. */
  public static ImageBuilder image() throws IOException {
    return Busybox.image()
        .layer(
            new LayerBuilder()
                .file("prober", 0755, StaticProgram.compile("prober"))
                .text("etc/group", GROUPS)
                .text("etc/passwd", PASSWD)
                .build());
  }
}
