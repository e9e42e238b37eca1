package dev.berth.network.builtin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server that tells each client under which address it sees it, over TCP or UDP. */
final class Echo implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 1500;

  private final AutoCloseable socket;

  private Echo(AutoCloseable socket) {
    this.socket = socket;
  }

  /** Starts a TCP server; call it on a thread in the right namespace. */
  static Echo tcp(int port) throws IOException {
    ServerSocket server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(new InetSocketAddress(port));
    Thread.ofPlatform().daemon().start(() -> serve(server));
    return new Echo(server);
  }

  private static void serve(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        client.getOutputStream().write(name(client.getInetAddress()));
      } catch (IOException e) {
        // The client went, or the test is over.
      }
    }
  }

  /** Starts a UDP server. */
  static Echo udp(int port) throws IOException {
    DatagramSocket server = new DatagramSocket(port);
    Thread.ofPlatform().daemon().start(() -> serve(server));
    return new Echo(server);
  }

  private static void serve(DatagramSocket server) {
    while (!server.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(new byte[64], 64);
        server.receive(packet);
        byte[] answer = name(packet.getAddress());
        server.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (IOException e) {
        // The test is over.
      }
    }
  }

  private static byte[] name(InetAddress address) {
    return address.getHostAddress().getBytes(StandardCharsets.US_ASCII);
  }

  /** Asks a TCP server; the answer is the address that it sees, or what went wrong. */
  static String askTcp(String address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return "failed: " + e.getMessage();
    }
  }

  /** Asks a UDP server. */
  static String askUdp(String address, int port) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      return askUdp(socket, address, port);
    }
  }

  /** Asks a UDP server from a socket that lives on. */
  static String askUdp(DatagramSocket socket, String address, int port) {
    try {
      socket.setSoTimeout(PATIENCE_MILLIS);
      InetSocketAddress to = new InetSocketAddress(InetAddress.ofLiteral(address), port);
      socket.send(new DatagramPacket(new byte[1], 1, to));
      DatagramPacket answer = new DatagramPacket(new byte[64], 64);
      socket.receive(answer);
      return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return "failed: " + e.getMessage();
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
