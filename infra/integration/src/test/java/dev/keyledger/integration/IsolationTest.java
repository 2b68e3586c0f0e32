package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** G6: whatever a member asks of another organisation, by any path there is, tells nothing. */
class IsolationTest {
  private final Cluster cluster = SharedCluster.get();

  @Test
  void noPathLeadsToAnotherOrganization() {
    Organization theirs = cluster.people().liveOrganization("standard");
    Member them = cluster.people().join(theirs, "owner");
    Answer key =
        them.api().post(theirs.path() + "/keys", Map.of("name", "theirs", "environment", "test"));
    assertThat(key.status()).as(key.toString()).isEqualTo(201);
    Organization ours = cluster.people().liveOrganization("standard");
    Member us = cluster.people().join(ours, "owner");

    List<Operation> operations = operations();
    assertThat(operations).hasSizeGreaterThan(15);
    for (Operation operation : operations) {
      String path =
          operation
              .path()
              .replace("{key}", key.text("key.id"))
              .replace("{member}", them.id())
              .replaceAll("\\{(?!org})[^}]*}", "x");
      Answer existing = ask(us, operation, path.replace("{org}", theirs.slug()));
      Answer byId = ask(us, operation, path.replace("{org}", theirs.id()));
      Answer absent = ask(us, operation, path.replace("{org}", "no-such-organization"));
      assertThat(existing.status()).as(operation + ": " + existing).isEqualTo(403);
      assertThat(existing.text("code")).as(operation.toString()).isEqualTo("forbidden");
      assertThat(byId.status()).as(operation.toString()).isEqualTo(403);
      assertThat(withoutPlace(absent, "no-such-organization"))
          .as(operation + " must not tell whether the organisation exists")
          .isEqualTo(withoutPlace(existing, theirs.slug()));
    }
    assertThat(them.api().get(theirs.path() + "/keys/" + key.text("key.id")).text("status"))
        .isEqualTo("active");
    assertThat(us.api().get(ours.path() + "/keys/" + key.text("key.id")).status()).isEqualTo(404);
  }

  private record Operation(String method, String path) {}

  private static Answer ask(Member member, Operation operation, String path) {
    return operation.method().equals("GET")
        ? member.api().get(path)
        : member.api().raw(operation.method(), path, "application/json", bodyOf(operation));
  }

  /** Whole enough to be refused for the organisation's sake and for no other. */
  private static String bodyOf(Operation operation) {
    String path = operation.path();
    if (path.endsWith("/keys")) {
      return "{\"name\":\"ours\",\"environment\":\"test\"}";
    }
    if (path.endsWith("/members")) {
      return "{\"email\":\"somebody@ours.test\",\"role\":\"auditor\"}";
    }
    if (path.endsWith("/role")) {
      return "{\"role\":\"auditor\"}";
    }
    if (path.endsWith("/ip-allowlist")) {
      return "{\"cidrs\":[]}";
    }
    if (operation.method().equals("PATCH")) {
      return "{\"name\":\"ours\"}";
    }
    return "{}";
  }

  private static String withoutPlace(Answer answer, String slug) {
    return answer.status() + answer.text("code") + answer.text("detail").replace(slug, "");
  }

  private List<Operation> operations() {
    var operations = new ArrayList<Operation>();
    JsonNode paths = cluster.gateway().get("/openapi.json").node("paths");
    for (Map.Entry<String, JsonNode> path : paths.properties()) {
      boolean ofAnOrganization = path.getKey().startsWith("/v1/organizations/{org}");
      for (String method : List.of("get", "put", "post", "delete", "patch")) {
        if (ofAnOrganization && path.getValue().has(method)) {
          operations.add(new Operation(method.toUpperCase(Locale.ROOT), path.getKey()));
        }
      }
    }
    return operations;
  }
}
