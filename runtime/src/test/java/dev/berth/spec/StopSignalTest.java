package dev.berth.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.cri.v1.Signal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StopSignalTest {
  @ParameterizedTest
  @CsvSource({
    "'', 15",
    "SIGTERM, 15",
    "term, 15",
    "9, 9",
    "SIGRTMIN+3, 37",
    "RTMIN, 34",
    "SIGRTMAX-2, 62",
    "SIGRTMAX, 64"
  })
  void ofTheImage(String text, int number) {
    assertThat(StopSignal.of(Signal.SIGNAL_RUNTIME_DEFAULT, text)).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SIGNO", "0", "65", "-9", "SIGRTMIN+31", "SIGRTMIN-1", "SIGRTMAX-31", " 9"})
  void unknownOnesAreRefused(String text) {
    assertThatThrownBy(() -> StopSignal.of(Signal.SIGNAL_RUNTIME_DEFAULT, text))
        .hasMessage("image config stop signal \"" + text + "\": no such signal");
  }

  @Test
  void theRequestWins() {
    assertThat(StopSignal.of(Signal.SIGNAL_SIGUSR1, "SIGKILL")).isEqualTo(10);
    assertThat(StopSignal.of(Signal.SIGNAL_SIGRTMINPLUS15, "")).isEqualTo(49);
    assertThat(StopSignal.of(Signal.SIGNAL_SIGRTMAXMINUS14, "")).isEqualTo(50);
  }

  @ParameterizedTest
  @EnumSource(value = Signal.class, mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
  void everySignalOfTheCriHasANumber(Signal signal) {
    assertThat(StopSignal.of(signal, "")).isBetween(1, 64);
  }
}
