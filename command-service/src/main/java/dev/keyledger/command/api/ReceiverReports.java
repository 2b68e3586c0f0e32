package dev.keyledger.command.api;

import dev.keyledger.command.receipts.ToldReceivers;
import dev.keyledger.command.receipts.ToldReceivers.Told;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.internal.InternalEndpoint;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.receipts.ToldReceiver;
import dev.keyledger.kit.web.Problem;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What delivery-service has to say of who was told of keys' ends, for their receipts. */
@RestController
@RequestMapping(path = "/internal/v1/receipts", produces = "application/json")
class ReceiverReports {
  private static final int MOST = 1_000;

  record Report(@Nullable OrganizationId organization, @Nullable List<Told> receivers) {}

  record Answer() {}

  private final ToldReceivers receivers;

  ReceiverReports(ToldReceivers receivers) {
    this.receivers = receivers;
  }

  /** Of ends that have no receipt, nothing is kept. */
  @PostMapping("/receivers")
  @InternalEndpoint(ServicePair.DELIVERY_TO_COMMAND)
  Answer told(@RequestBody Report body) {
    List<Told> told = Body.required("receivers", body.receivers());
    if (told.size() > MOST) {
      throw Problem.ofField("receivers", "At most " + MOST + " at once.").toException();
    }
    for (Told one : told) {
      ToldReceiver receiver = Body.required("receiver", one == null ? null : one.receiver());
      for (Object part :
          Arrays.asList(
              receiver.subscription(), receiver.name(), receiver.channel(), receiver.status())) {
        var unused = Body.required("receiver", part);
      }
    }
    receivers.told(Body.required("organization", body.organization()), told);
    return new Answer();
  }
}
