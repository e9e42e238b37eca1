package dev.berth.cli;

import dev.berth.api.v1.ListPullsRequest;
import dev.berth.api.v1.ListPullsResponse;
import dev.berth.api.v1.Pull;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code berth pulls}: pulls that run, and the last ones that ended. */
@Command(name = "pulls", description = "List pulls that run, and the last ones that ended.")
final class PullsCommand implements Callable<Integer> {
  @Mixin Client client = new Client();

  @Override
  public Integer call() throws Exception {
    return client.run("pulls", this::show);
  }

  private void show(Client.Stubs stubs) {
    ListPullsResponse pulls = stubs.node().listPulls(ListPullsRequest.getDefaultInstance());
    System.out.print(
        client.json()
            ? MessageJson.of(pulls).toPrettyString() + "\n"
            : table(pulls, System.currentTimeMillis()));
  }

  static String table(ListPullsResponse pulls, long now) {
    Table table = new Table("IMAGE", "BEGAN", "TOOK", "SIZE", "RATE", "OUTCOME");
    for (Pull pull : pulls.getPullsList()) {
      boolean runs = pull.getEndedAt() == 0;
      long end = runs ? now * 1_000_000 : pull.getEndedAt();
      long took = Math.max(1, end - pull.getBeganAt());
      boolean done = !runs && pull.getFailure().isEmpty();
      table.row(
          pull.getReference(),
          Amounts.ago(pull.getBeganAt(), now) + " ago",
          Amounts.millis(took),
          size(pull, runs, done),
          rate(runs ? pull.getFetched() : pull.getBytes(), runs || done, took),
          runs ? "running" : pull.getFailure().isEmpty() ? "succeeded" : pull.getFailure());
    }
    return table.text();
  }

  private static String size(Pull pull, boolean runs, boolean done) {
    if (runs && pull.getSize() > 0) {
      return Amounts.bytes(pull.getFetched()) + " of " + Amounts.bytes(pull.getSize());
    }
    return done ? Amounts.bytes(pull.getBytes()) : "-";
  }

  private static String rate(long bytes, boolean known, long nanos) {
    return known && bytes > 0 ? Amounts.bytes((long) (bytes * 1e9 / nanos)) + "/s" : "-";
  }
}
