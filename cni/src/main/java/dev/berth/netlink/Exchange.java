package dev.berth.netlink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the answers to one batch. Pure. */
final class Exchange {
  private final NetlinkWriter batch;
  private final int firstSequence;
  private final @Nullable NetlinkException[] refusals;
  private final boolean[] settled;
  private final List<NetlinkMessage> answers = new ArrayList<>();
  private int waitingFor;
  private boolean interrupted;

  Exchange(NetlinkWriter batch, int firstSequence) {
    this.batch = batch;
    this.firstSequence = firstSequence;
    this.refusals = new @Nullable NetlinkException[batch.messages()];
    this.settled = new boolean[batch.messages()];
    for (int i = 0; i < settled.length; i++) {
      waitingFor += batch.answered(i) ? 1 : 0;
    }
  }

  /**
   * Takes one message that was received. One that answers another batch, left over from an exchange
   * that was given up, is dropped.
   *
   * @throws NetlinkException when the batch was refused as a whole
   * @throws IOException when the kernel says that it lost messages
   */
  void take(NetlinkMessage message) throws IOException {
    int index = message.sequence() - firstSequence;
    if (index < 0 || index >= settled.length) {
      return;
    }
    interrupted |= (message.flags() & Nlm.DUMP_INTERRUPTED) != 0;
    switch (message.type()) {
      case Nlm.NOOP -> {
        // Carries nothing.
      }
      case Nlm.OVERRUN -> throw new IOException(batch.about(index) + ": answers were lost");
      case Nlm.ERROR, Nlm.DONE -> settle(index, Acknowledgement.read(message));
      default -> answers.add(message);
    }
  }

  private void settle(int index, Acknowledgement acknowledgement) throws NetlinkException {
    NetlinkException refusal = null;
    if (acknowledgement.errno() != 0) {
      refusal =
          new NetlinkException(
              batch.about(index), index, acknowledgement.errno(), acknowledgement.text());
    }
    if (!batch.answered(index)) {
      // An nfnetlink batch is refused as a whole by an answer to the mark that opens it.
      if (refusal != null) {
        throw refusal;
      }
      return;
    }
    if (refusals[index] == null) {
      refusals[index] = refusal;
    }
    if (!settled[index]) {
      settled[index] = true;
      waitingFor--;
    }
  }

  /** Whether every message has its answer. */
  boolean done() {
    return waitingFor == 0;
  }

  /** Whether the list changed while it was read. */
  boolean interrupted() {
    return interrupted;
  }

  /** For each message its refusal or null. */
  List<@Nullable NetlinkException> outcomes() {
    List<@Nullable NetlinkException> list = new ArrayList<>(refusals.length);
    for (NetlinkException refusal : refusals) {
      list.add(refusal);
    }
    return list;
  }

  /** The messages that are not acknowledgements. */
  List<NetlinkMessage> answers() {
    return answers;
  }
}
