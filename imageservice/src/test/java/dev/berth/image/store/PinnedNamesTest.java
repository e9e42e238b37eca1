package dev.berth.image.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PinnedNamesTest {
  @Test
  void aStarStandsForAnyCharactersAndNothingElseIsSpecial() {
    PinnedNames pins = new PinnedNames(List.of("registry.k8s.io/pause:*", "r.example/a+b:1"));
    assertThat(pins.anyOf(List.of("registry.k8s.io/pause:3.9"))).isTrue();
    assertThat(pins.anyOf(List.of("x.example/y:1", "r.example/a+b:1"))).isTrue();
    assertThat(pins.anyOf(List.of("registryXk8s.io/pause:3.9"))).isFalse();
    assertThat(pins.anyOf(List.of("registry.k8s.io/pauses:3.9"))).isFalse();
    assertThat(pins.anyOf(List.of())).isFalse();
  }
}
