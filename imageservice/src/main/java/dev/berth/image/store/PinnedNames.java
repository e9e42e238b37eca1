package dev.berth.image.store;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Names of images that the kubelet must not garbage collect, by the operator's patterns.
 *
 * <p>A pattern is a full name as lists show it, with {@code *} for any run of characters: {@code
 * registry.k8s.io/pause:*}.
 */
public final class PinnedNames {
  private final List<Pattern> patterns;

  /** Names that fit one of these. */
  public PinnedNames(Collection<String> patterns) {
    this.patterns = patterns.stream().map(PinnedNames::compiled).toList();
  }

  private static Pattern compiled(String pattern) {
    return Pattern.compile(
        Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
  }

  /** Whether one of these names is pinned. */
  public boolean anyOf(Collection<String> names) {
    return patterns.stream()
        .anyMatch(pattern -> names.stream().anyMatch(n -> pattern.matcher(n).matches()));
  }
}
