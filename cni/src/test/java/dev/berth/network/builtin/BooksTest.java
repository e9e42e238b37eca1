package dev.berth.network.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.fault.Fault;
import dev.berth.network.Cidr;
import dev.berth.network.HostPort;
import dev.berth.network.HostPortBook;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BooksTest {
  private static final Cidr SMALL = Cidr.parse("10.0.0.0/29");

  @Test
  void theGatewayAndTheEndsOfARangeAreNotForPods() {
    AddressBook book = new AddressBook(List.of(SMALL));
    for (int host = 2; host <= 6; host++) {
      assertThat(book.take()).containsExactly(Cidr.parse("10.0.0." + host + "/29"));
    }
    assertThatThrownBy(book::take).isInstanceOf(Fault.ResourceExhausted.class);
  }

  @Test
  void anAddressGivenBackIsTheLastToBeGivenOut() {
    AddressBook book = new AddressBook(List.of(SMALL));
    List<Cidr> first = book.take();
    book.giveBack(first);
    for (int i = 0; i < 4; i++) {
      assertThat(book.take()).isNotEqualTo(first);
    }
    assertThat(book.take()).isEqualTo(first);
  }

  @Test
  void oneRangeThatIsFullTakesNothingOfTheOther() {
    AddressBook book = new AddressBook(List.of(Cidr.parse("fd00::/64"), Cidr.parse("10.0.0.0/30")));
    List<Cidr> only = book.take();
    assertThat(only).hasToString("[fd00:0:0:0:0:0:0:2/64, 10.0.0.2/30]");
    assertThatThrownBy(book::take).hasMessageContaining("10.0.0.0/30: all 1 are in use");
    book.giveBack(only);
    assertThat(book.take().get(1)).hasToString("10.0.0.2/30");
  }

  @Test
  void theNextRangeOfAFamilyIsForWhenTheOneBeforeItIsFull() {
    AddressBook book =
        new AddressBook(
            List.of(Cidr.parse("10.0.0.0/30"), Cidr.parse("fd00::/64"), Cidr.parse("10.0.0.4/30")));
    assertThat(book.take()).hasToString("[10.0.0.2/30, fd00:0:0:0:0:0:0:2/64]");
    assertThat(book.take()).hasToString("[10.0.0.6/30, fd00:0:0:0:0:0:0:3/64]");
    assertThatThrownBy(book::take).hasMessageContaining("all 2 are in use");
    book.giveBack(List.of(Cidr.parse("10.0.0.2/30")));
    assertThat(book.take().get(0)).hasToString("10.0.0.2/30");
  }

  @Test
  void whatLivePodsHaveIsNotGivenOut() {
    AddressBook book = new AddressBook(List.of(SMALL));
    book.note(List.of(Cidr.parse("10.0.0.2/29"), Cidr.parse("172.16.0.9/24")));
    assertThat(book.take()).containsExactly(Cidr.parse("10.0.0.3/29"));
  }

  @Test
  void twoPodsCannotHaveOnePort() {
    HostPortBook book = new HostPortBook();
    List<HostPort> port = List.of(HostPort.parse("tcp:80:80"));
    book.take("a", "default/a", port);
    book.take("a", "default/a", port);
    List<HostPort> both = List.of(HostPort.parse("tcp:81:80"), HostPort.parse("tcp:80:80"));
    assertThatThrownBy(() -> book.take("b", "default/b", both))
        .hasMessage("host port tcp:80:80 is taken by pod default/a (a)");
    book.take("c", "default/c", List.of(HostPort.parse("tcp:81:80")));
    book.giveBack("b", port);
    assertThatThrownBy(() -> book.take("b", "default/b", port))
        .isInstanceOf(Fault.FailedPrecondition.class);
    book.giveBack("a", port);
    book.take("b", "default/b", port);
  }

  /** Group 0 is every link's: deleting by it must be impossible for any instance id. */
  @Test
  void groupsAreNeverTheDefaultOne() {
    Random random = new Random(7);
    for (String id : List.of("00000000", "00000001", "ffffffff", "80000000")) {
      check(LinkGroups.of(id));
    }
    for (int i = 0; i < 1000; i++) {
      check(LinkGroups.of("%08x".formatted(random.nextInt())));
    }
  }

  private static void check(LinkGroups groups) {
    assertThat(groups.live()).isNegative().isNotEqualTo(groups.draining());
    assertThat(groups.draining()).isNegative();
  }

  @Test
  void linkNamesFitAndDiffer() {
    LinkName names = new LinkName();
    assertThat(names.next()).matches("bth[0-9a-f]{10}").isNotEqualTo(names.next());
  }
}
