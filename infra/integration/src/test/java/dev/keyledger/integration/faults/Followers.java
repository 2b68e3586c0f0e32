package dev.keyledger.integration.faults;

import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** An organisation's services whose word its receipts wait for. */
final class Followers implements AutoCloseable {
  private static final int COUNT = 2;

  private final List<FollowingService> services;

  Followers(Cluster cluster, Organization organization, Member owner) {
    var _ =
        UnderLoad.setUp(() ->
            succeeded(
                owner
                    .api()
                    .raw(
                        "PATCH",
                        organization.path() + "/policy",
                        "application/merge-patch+json",
                        "{\"receipts\":{\"wait_for\":\"followers\"}}")));
    Answer key =
        UnderLoad.setUp(() ->
            succeeded(
                owner
                    .api()
                    .post(
                        organization.path() + "/keys",
                        Map.of("name", "of services", "environment", "test"))));
    services =
        IntStream.range(0, COUNT)
            .mapToObj(i -> new FollowingService(cluster, "service-" + i, key.text("secret")))
            .toList();
    services.forEach(FollowingService::awaitFollowing);
  }

  private static Answer succeeded(Answer answer) {
    if (!answer.isSuccess()) {
      throw new IllegalStateException(" " + answer.problem());
    }
    return answer;
  }

  List<FollowingService> services() {
    return services;
  }

  List<Api> apis() {
    return services.stream().map(FollowingService::api).toList();
  }

  @Override
  public void close() {
    services.forEach(FollowingService::close);
  }
}
