package dev.berth.image.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.security.auth.module.UnixSystem;
import dev.berth.fault.Fault;
import dev.berth.image.RegistryAuth;
import dev.berth.image.layer.TarBuilder;
import dev.berth.steps.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets which credentials. */
class RegistryAuthKernelTest {
  private static final RegistryAuth AUTH = RegistryAuth.basic("user", "secret");
  private static final String BASIC =
      "Basic " + Base64.getEncoder().encodeToString("user:secret".getBytes(UTF_8));

  @TempDir Path dir;
  private FakeRegistry registry;
  private FakeRegistry other;
  private StoreFixture store;
  private final List<String> tokenQueries = new CopyOnWriteArrayList<>();
  private final TestImage image =
      TestImage.of(new TarBuilder().file("a", "1"), new TarBuilder().file("b", "2"));

  @BeforeEach
  void start() throws IOException {
    assumeTrue(new UnixSystem().getUid() == 0, "unpacking needs root");
    registry = new FakeRegistry();
    other = new FakeRegistry();
    store = new StoreFixture(dir, Faults.NONE);
    registry.serve("app", "v1", image, true);
    other.handler("/token", this::token);
  }

  @AfterEach
  void stop() {
    if (registry != null) {
      store.close();
      registry.close();
      other.close();
    }
  }

  private String reference() {
    return registry.authority() + "/app:v1";
  }

  private void token(HttpExchange exchange) throws IOException {
    tokenQueries.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI().getQuery()
            + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    boolean known = authorization == null || authorization.equals(BASIC);
    byte[] answer = "{\"token\":\"the-token\"}".getBytes(UTF_8);
    exchange.sendResponseHeaders(known ? 200 : 401, answer.length);
    exchange.getResponseBody().write(answer);
  }

  private void demand(String challenge, String accepted) {
    registry.gate =
        exchange -> {
          if (accepted.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return false;
          }
          exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
          exchange.sendResponseHeaders(401, -1);
          return true;
        };
  }

  private void demandToken() {
    demand(
        "Bearer realm=\"http://%s/token\",service=\"svc\",scope=\"repository:app:pull\""
            .formatted(other.authority()),
        "Bearer the-token");
  }

  @Test
  void basicIsSentWhenAskedFor() {
    demand("Basic realm=\"x\"", BASIC);
    assertThat(store.pull(reference(), AUTH).id().toString()).isEqualTo(image.id());
    assertThat(registry.requests.getFirst()).endsWith(" null");
  }

  @Test
  void theEncodedFormIsTheSame() {
    demand("Basic realm=\"x\"", BASIC);
    var encoded = new RegistryAuth("", "", BASIC.substring(6), "", "", "");
    assertThat(store.pull(reference(), encoded).id().toString()).isEqualTo(image.id());
    var broken = new RegistryAuth("", "", "%%%", "", "", "");
    assertThatThrownBy(() -> store.pull(reference(), broken))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("auth.auth");
  }

  @Test
  void aTokenIsFetchedOnceAndUsedForAll() {
    demandToken();
    assertThat(store.pull(reference(), AUTH).id().toString()).isEqualTo(image.id());
    assertThat(tokenQueries).containsExactly("GET service=svc&scope=repository:app:pull");
    assertThat(other.requests).containsExactly("/token " + BASIC);
    assertThat(registry.requests).noneMatch(r -> r.endsWith(BASIC));
  }

  @Test
  void anonymousTokensWorkToo() {
    demandToken();
    assertThat(store.pull(reference()).id().toString()).isEqualTo(image.id());
    assertThat(other.requests).containsExactly("/token null");
  }

  @Test
  void anIdentityTokenIsExchanged() {
    demandToken();
    var identity = new RegistryAuth("", "", "", "", "refresh me", "");
    assertThat(store.pull(reference(), identity).id().toString()).isEqualTo(image.id());
    assertThat(tokenQueries.getFirst())
        .startsWith("POST ")
        .contains("grant_type=refresh_token", "refresh_token=refresh+me");
  }

  @Test
  void aRegistryTokenIsSentAsItIs() {
    demandToken();
    var token = new RegistryAuth("", "", "", "", "", "the-token");
    assertThat(store.pull(reference(), token).id().toString()).isEqualTo(image.id());
    assertThat(tokenQueries).isEmpty();
  }

  @Test
  void wrongCredentialsAreUnauthenticatedAndNeverShown() {
    demandToken();
    assertThatThrownBy(() -> store.pull(reference(), RegistryAuth.basic("user", "wrong-pass")))
        .isInstanceOf(Fault.Unauthenticated.class)
        .hasMessageContaining(reference())
        .message()
        .doesNotContain("wrong-pass");
    demand("Basic realm=\"x\"", BASIC);
    assertThatThrownBy(() -> store.pull(reference(), RegistryAuth.basic("user", "wrong-pass")))
        .isInstanceOf(Fault.Unauthenticated.class);
    assertThatThrownBy(() -> store.pull(reference())).isInstanceOf(Fault.Unauthenticated.class);
  }

  @Test
  void aTokenServerThatIsNoAddressIsRefused() {
    for (String realm : List.of("file:///x", "http://u:p@host/", "::", "ftp://h/")) {
      demand("Bearer realm=\"" + realm + "\"", "Bearer never");
      assertThatThrownBy(() -> store.pull(reference(), AUTH))
          .isInstanceOf(Fault.Unauthenticated.class);
    }
  }

  @Test
  void aRedirectToAnotherHostCarriesNoCredentials() {
    demand("Basic realm=\"x\"", BASIC);
    for (var layer : image.layers) {
      String path = FakeRegistry.blobs("app", layer);
      other.blob("app", layer, image.blob(layer));
      registry.handler(
          path,
          exchange -> {
            exchange.getResponseHeaders().set("Location", "http://" + other.authority() + path);
            exchange.sendResponseHeaders(307, -1);
          });
    }
    assertThat(store.pull(reference(), AUTH).id().toString()).isEqualTo(image.id());
    assertThat(other.requests).hasSize(2).allMatch(r -> r.endsWith(" null"));
  }

  @Test
  void mirrorsAreAskedFirstAndGetNoCredentials() throws IOException {
    demand("Basic realm=\"x\"", BASIC);
    other.serve("app", "v1", image, true);
    store.hostsToml(registry.authority(), "[host.\"http://" + other.authority() + "\"]\n");
    assertThat(store.pull(reference(), AUTH).id().toString()).isEqualTo(image.id());
    assertThat(registry.requests).isEmpty();
    assertThat(other.requests).isNotEmpty().allMatch(r -> r.endsWith(" null"));
  }

  @Test
  void aMirrorGetsWhatTheOperatorsFileSaysOfIt() throws IOException {
    String mirror = encoded("mirror:word");
    other.serve("app", "v1", image, false);
    other.gate =
        exchange -> {
          String sent = exchange.getRequestHeaders().getFirst("Authorization");
          if (("Basic " + mirror).equals(sent)) {
            return false;
          }
          exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"m\"");
          exchange.sendResponseHeaders(401, -1);
          return true;
        };
    store.hostsToml(registry.authority(), "[host.\"http://" + other.authority() + "\"]\n");
    Files.writeString(
        store.credentials,
        "{\"auths\":{\"http://%s/v1/\":{\"auth\":\"%s\"},\"%s\":{\"auth\":\"%s\"}}}"
            .formatted(other.authority(), mirror, registry.authority(), encoded("own:file")));
    assertThat(store.pull(reference(), AUTH).id().toString()).isEqualTo(image.id());
    assertThat(registry.requests).isEmpty();
    demand("Basic realm=\"x\"", "Basic " + encoded("own:file"));
    store.hostsToml(registry.authority(), "");
    assertThat(store.pull(reference()).id().toString()).isEqualTo(image.id());
    Files.writeString(store.credentials, "{\"auths\":[]}");
    assertThatThrownBy(() -> store.pull(reference()))
        .isInstanceOf(Fault.FailedPrecondition.class)
        .hasMessageContaining("credentials.json");
  }

  private static String encoded(String pair) {
    return Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  @Test
  void aMirrorThatDoesNotHaveItIsPassedOver() throws IOException {
    demand("Basic realm=\"x\"", BASIC);
    store.hostsToml(
        registry.authority().replace(":", "_") + "_",
        """
        [host."http://%s"]
          capabilities = ["pull", "resolve"]
        [host."http://127.0.0.1:1/none"]
          dial_timeout = "500ms"
        """
            .formatted(other.authority()));
    assertThat(store.pull(reference(), AUTH).id().toString()).isEqualTo(image.id());
    assertThat(other.requests).isNotEmpty().allMatch(r -> r.endsWith(" null"));
  }

  @Test
  void theServerOfHostsTomlIsTheRegistry() throws IOException {
    demand("Basic realm=\"x\"", BASIC);
    store.hostsToml("registry.example", "server = \"http://" + registry.authority() + "\"\n");
    assertThat(store.pull("registry.example/app:v1", AUTH).repoTags())
        .containsExactly("registry.example/app:v1");
    store.hostsToml("_default", "server = \"http://" + registry.authority() + "/v2\"\n");
    assertThat(store.pull("elsewhere.example/app:v1", AUTH).id().toString()).isEqualTo(image.id());
  }

  @Test
  void credentialsForAnotherServerAreNotUsed() {
    demand("Basic realm=\"x\"", BASIC);
    var elsewhere = new RegistryAuth("user", "secret", "", "https://other.example/v1/", "", "");
    assertThatThrownBy(() -> store.pull(reference(), elsewhere))
        .isInstanceOf(Fault.Unauthenticated.class);
    assertThat(registry.requests).allMatch(r -> r.endsWith(" null"));
  }

  @Test
  void aWrongHostsTomlIsNamedWithItsLine() throws IOException {
    for (String bad :
        List.of(
            "server = 3",
            "[host.\"ftp://x\"]",
            "\nserver = \"http://u:p@h\"",
            "[host.\"http://x\"]\ncapabilities = [\"fly\"]",
            "skip_verify = \"yes\"",
            "= broken",
            "[host.\"https://x\"]\nca = [1]",
            "client = [[1]]")) {
      store.hostsToml("bad.example", bad);
      assertThatThrownBy(() -> store.pull("bad.example/app"))
          .as(bad)
          .isInstanceOf(Fault.FailedPrecondition.class)
          .hasMessageContaining("hosts.toml");
    }
  }
}
