package dev.berth.network.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.berth.netns.TestNetns;
import dev.berth.network.Attachment;
import dev.berth.network.Bandwidth;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A pod receives and sends as fast as its annotations say. */
class BandwidthKernelTest extends NetworkLab {
  private static final long BITS = 40_000_000;
  private static final int BYTES = 8_000_000;

  /** Not counted: the first burst passes at once. */
  private static final int LEAD = 1_000_000;

  @Test
  void bothDirectionsAreLimitedAndNothingStays() throws Exception {
    TestNetns pod = pod();
    Attachment attachment = network.attach(limited("pod", pod, new Bandwidth(BITS, BITS / 2)));
    assertThat(Attachment.decode(attachment.encode())).isEqualTo(attachment);
    assertThat(rate(true, pod, ip(attachment))).isCloseTo(BITS, withPercentage(15));
    assertThat(rate(false, pod, ip(attachment))).isCloseTo(BITS / 2.0, withPercentage(15));
    network.detach(attachment);
  }

  @Test
  void theLimitOfAPodIsFoundAgainAfterADaemonsEnd() throws Exception {
    TestNetns pod = pod();
    Attachment kept = network.attach(limited("kept", pod, new Bandwidth(0, BITS)));
    Attachment lost = network.attach(limited("lost", pod(), new Bandwidth(BITS, BITS)));
    network.close();
    network = network(RANGE);
    network.recover(List.of(kept));
    assertThat(links()).contains(kept.shaper()).doesNotContain(lost.shaper());
    network.detach(kept);
  }

  /** Bits a second that arrive. */
  private static double rate(boolean toPod, TestNetns pod, String address) throws Exception {
    try (ServerSocket server = pod.call(() -> new ServerSocket(7000))) {
      CompletableFuture<Socket> accepted = CompletableFuture.supplyAsync(() -> accept(server));
      try (Socket outside = new Socket()) {
        outside.connect(new InetSocketAddress(address, 7000), 5000);
        Socket inside = accepted.get();
        Socket from = toPod ? outside : inside;
        Thread sender = Thread.ofPlatform().start(() -> send(from));
        double rate = receive(toPod ? inside : outside);
        sender.join();
        inside.close();
        return rate;
      }
    }
  }

  private static Socket accept(ServerSocket server) {
    try {
      return server.accept();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void send(Socket socket) {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(new byte[BYTES]);
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double receive(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] room = new byte[65536];
    long begin = 0;
    int first = 0;
    int total = 0;
    for (int n = in.read(room); n >= 0; n = in.read(room)) {
      total += n;
      if (begin == 0 && total >= LEAD) {
        begin = System.nanoTime();
        first = total;
      }
    }
    return (total - first) * 8e9 / (System.nanoTime() - begin);
  }
}
