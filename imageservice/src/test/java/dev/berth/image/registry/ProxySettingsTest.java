package dev.berth.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.fault.Fault;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxySettingsTest {
  private static final ProxySettings SETTINGS =
      ProxySettings.of(
          Map.of(
              "HTTP_PROXY", "proxy.example:3128",
              "https_proxy", "http://me:p%40ss@proxy.example:3129/",
              "NO_PROXY", "inside.example, .below.example,10.0.0.0/8,port.example:5000,fd00::/8"));

  private static String proxy(String target) {
    return SETTINGS.proxyFor(URI.create(target)).map(URI::getRawAuthority).orElse("direct");
  }

  @Test
  void eachSchemeHasItsProxy() {
    assertThat(proxy("http://registry.example/v2")).isEqualTo("proxy.example:3128");
    assertThat(proxy("https://registry.example/v2")).isEqualTo("me:p%40ss@proxy.example:3129");
    assertThat(ProxySettings.of(Map.of()).proxyFor(URI.create("https://r.example"))).isEmpty();
  }

  @Test
  void exceptionsAndLoopbackAreAskedDirectly() {
    for (String direct :
        List.of(
            "https://inside.example",
            "https://a.INSIDE.example:8443",
            "https://x.below.example",
            "http://10.3.4.5:5000",
            "https://port.example:5000",
            "https://[fd00::7]:5000",
            "http://localhost:5000",
            "http://127.0.0.1:5000")) {
      assertThat(proxy(direct)).as(direct).isEqualTo("direct");
    }
    for (String through :
        List.of(
            "https://notinside.example",
            "https://port.example",
            "http://11.0.0.1",
            "http://10.example.com")) {
      assertThat(proxy(through)).as(through).startsWith(proxy(through.replaceAll("//.*", "//r.x")));
    }
    ProxySettings none = ProxySettings.of(Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", "*"));
    assertThat(none.proxyFor(URI.create("https://r.example"))).isEmpty();
  }

  @Test
  void theProxysPasswordGoesToTheProxyOnly() {
    assertThat(SETTINGS.authorization(URI.create("https://r.example")))
        .contains("Basic bWU6cEBzcw==");
    assertThat(SETTINGS.authorization(URI.create("http://r.example"))).isEmpty();
    assertThat(SETTINGS.authorization(URI.create("https://inside.example"))).isEmpty();
  }

  @Test
  void aProxyThatIsNoAddressIsNamedWithoutItsValue() {
    assertThatThrownBy(() -> ProxySettings.of(Map.of("HTTPS_PROXY", "socks5://u:secret@h:1")))
        .isInstanceOf(Fault.FailedPrecondition.class)
        .hasMessageContaining("https_proxy")
        .message()
        .doesNotContain("secret");
  }
}
