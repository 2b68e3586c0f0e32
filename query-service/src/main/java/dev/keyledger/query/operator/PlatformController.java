package dev.keyledger.query.operator;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.query.projection.apply.ParkedOrganizations;
import dev.keyledger.query.projection.apply.ParkedOrganizations.Halted;
import dev.keyledger.query.projection.follow.ProjectionSupervisor;
import dev.keyledger.query.versions.Rebuilds;
import java.net.URI;
import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the platform's operator does about the views themselves. */
@RestController
@RequestMapping(path = "/v1/platform", produces = "application/json")
class PlatformController {
  record HaltedList(List<Halted> items) {}

  /**
   * @param resumed whether all parked records were applied; {@code false} when it stopped again
   */
  record Retried(String organization, boolean resumed) {}

  private final Rebuilds rebuilds;
  private final ParkedOrganizations parked;
  private final ProjectionSupervisor supervisor;

  PlatformController(
      Rebuilds rebuilds, ParkedOrganizations parked, ProjectionSupervisor supervisor) {
    this.rebuilds = rebuilds;
    this.parked = parked;
    this.supervisor = supervisor;
  }

  /** Builds the views anew beside those that serve, which it replaces once it has drawn level. */
  @PostMapping("/rebuilds")
  @Requires(Requires.OPERATOR)
  ResponseEntity<Rebuilds.Progress> rebuild(Caller caller) {
    String id = rebuilds.start(caller.person() == null ? "operator" : caller.person().value());
    supervisor.wake();
    return ResponseEntity.accepted()
        .location(URI.create("/v1/platform/rebuilds/" + id))
        .body(progress(id));
  }

  @GetMapping("/rebuilds/{id}")
  @Requires(Requires.OPERATOR)
  Rebuilds.Progress progress(@PathVariable String id) {
    return rebuilds
        .find(id)
        .orElseThrow(
            () -> Problem.of(404, "rebuild_not_found", "There is no such rebuild.").toException());
  }

  /** 409 {@code rebuild_finished} for one that serves or was cancelled. */
  @DeleteMapping("/rebuilds/{id}")
  @Requires(Requires.OPERATOR)
  ResponseEntity<Void> cancel(@PathVariable String id) {
    if (!rebuilds.cancel(id)) {
      progress(id);
      throw Problem.of(409, "rebuild_finished", "The rebuild has ended already.").toException();
    }
    supervisor.wake();
    return ResponseEntity.noContent().build();
  }

  @GetMapping("/halted-organizations")
  @Requires(Requires.OPERATOR)
  HaltedList halted() {
    return new HaltedList(parked.list());
  }

  /** Tries an organisation's parked records again, once what stopped it was mended. */
  @PostMapping("/halted-organizations/{organization}/retry")
  @Requires(Requires.OPERATOR)
  Retried retry(@PathVariable String organization) {
    OrganizationId id;
    try {
      id = new OrganizationId(organization);
    } catch (IllegalArgumentException e) {
      throw notHalted();
    }
    return new Retried(organization, parked.retry(id).orElseThrow(() -> notHalted()));
  }

  private static RuntimeException notHalted() {
    return Problem.of(404, "organization_not_halted", "No such organisation is halted.")
        .toException();
  }
}
