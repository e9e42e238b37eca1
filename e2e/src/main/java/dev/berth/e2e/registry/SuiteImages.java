package dev.berth.e2e.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The images that the upstream validation suite and crictl ask for, under their upstream names,
 * made of what is on this machine. Their behaviour is what the suite looks at; their content is
 * ours.
 */
public final class SuiteImages {
  private static final String STAGING = "k8s-staging-cri-tools/";
  private static final String WEB_ROOT = "/usr/share/web";

  private final Pusher pusher;
  private final Layer busybox;

  private SuiteImages(Pusher pusher) throws IOException {
    this.pusher = pusher;
    this.busybox = Busybox.layer();
  }

  /** Pushes them all. */
  public static void pushAll(Pusher pusher) throws IOException {
    SuiteImages images = new SuiteImages(pusher);
    images.shells();
    images.pauses();
    images.webServers();
    images.users();
    images.tagged();
    images.noNewPrivileges();
  }

  private ImageBuilder shell() {
    return new ImageBuilder().layer(busybox).set("Cmd", List.of("sh"));
  }

  private void shells() throws IOException {
    BuiltImage image = shell().build();
    pusher.push("e2e-test-images/busybox", image, "1.29-2");
    pusher.push(
        "docker/library/busybox", image, "1", "1-glibc", "1-musl", "1-uclibc", "1.35.0-glibc");
  }

  private void pauses() throws IOException {
    Layer pause = new LayerBuilder().file("pause", 0755, StaticProgram.compile("pause")).build();
    for (String tag : List.of("3.9", "3.10", "3.10.1", "3.10.2")) {
      ImageBuilder image = new ImageBuilder().layer(pause).set("Entrypoint", List.of("/pause"));
      image.set("User", "65535:65535").set("Labels", Map.of("version", tag));
      pusher.push("pause", image.build(), tag);
    }
  }

  private void webServers() throws IOException {
    String root = WEB_ROOT.substring(1);
    Layer site =
        new LayerBuilder()
            .dirs("usr", "usr/sbin", "usr/share", root)
            .text(root + "/index.html", "<title>Welcome to nginx!</title>\n")
            .file("usr/sbin/nginx", 0755, NGINX.getBytes(StandardCharsets.UTF_8))
            .build();
    pusher.push("e2e-test-images/nginx", webServer(site, 80), "1.14-2");
    pusher.push("e2e-test-images/httpd", webServer(site, 80), "2.4.39-4");
    for (String machine : List.of("amd64", "arm64")) {
      pusher.push(STAGING + "hostnet-nginx-" + machine, webServer(site, 12003), "latest");
    }
  }

  /**
   * Busybox' server under nginx's name: the suite looks for that name, for its pid file, and for
   * the words that nginx writes over its command line.
   */
  private static final String NGINX =
      """
      #!/bin/sh
      echo $$ > /var/run/nginx.pid
      echo httpd on port "$2"
      httpd -f -p "$2" -h %s &
      trap 'kill $!; exit 0' TERM QUIT INT
      while :; do wait; done
      """
          .formatted(WEB_ROOT);

  private BuiltImage webServer(Layer site, int port) {
    return shell()
        .layer(site)
        .set("Cmd", List.of("nginx", "master process", Integer.toString(port)))
        .set("StopSignal", "SIGTERM")
        .build();
  }

  private void users() throws IOException {
    Map<String, String> users =
        Map.of(
            "uid", "1002",
            "username", "www-data",
            "uid-group", "1003:1004",
            "username-group", "www-data:1004");
    for (Map.Entry<String, String> user : users.entrySet()) {
      BuiltImage image = shell().set("User", user.getValue()).build();
      pusher.push(STAGING + "test-image-user-" + user.getKey(), image, "latest");
    }
    Layer accounts =
        new LayerBuilder()
            .dirs("etc")
            .text(
                "etc/passwd",
                """
                root:x:0:0:root:/root:/bin/sh
                www-data:x:33:33:www-data:/var/www:/bin/false
                default-user:x:1000:1000::/home:/bin/sh
                """)
            .text(
                "etc/group",
                """
                root:x:0:
                www-data:x:33:
                default-user:x:1000:
                group-defined-in-image:x:50000:default-user
                """)
            .build();
    pusher.push(
        STAGING + "test-image-predefined-group",
        shell().layer(accounts).set("User", "1000").build(),
        "latest");
  }

  private void tagged() throws IOException {
    for (String name : List.of("1", "2", "3", "latest", "digest")) {
      pusher.push(STAGING + "test-image-" + name, marked("test-image-" + name), "latest");
    }
    pusher.push(STAGING + "test-image-tags", marked("test-image-tags"), "1", "2", "3");
    for (String tag : List.of("test", "all")) {
      pusher.push(STAGING + "test-image-tag", marked("test-image-tag-" + tag), tag);
    }
  }

  private BuiltImage marked(String name) {
    return shell().layer(new LayerBuilder().text(name, name + "\n").build()).build();
  }

  private void noNewPrivileges() throws IOException {
    byte[] program = StaticProgram.compile("effective-uid");
    Layer layer = new LayerBuilder().file("effective-uid", 04755, program).build();
    BuiltImage image =
        new ImageBuilder().layer(layer).set("Entrypoint", List.of("/effective-uid")).build();
    pusher.push("e2e-test-images/nonewprivs", image, "1.3");
  }
}
