package dev.keyledger.command.relay;

import dev.keyledger.client.spring.Requires;
import dev.keyledger.command.receipts.InForceTimes;
import dev.keyledger.command.receipts.ToldReceivers;
import dev.keyledger.command.receipts.ToldReceivers.Took;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the operator sees of how soon what was decided is applied. */
@RestController
@RequestMapping(path = "/v1/platform/receipts", produces = "application/json")
class ReceiptTimesController {
  record State(
      List<ChannelTimes.Times> channels, InForceTimes.Took inForce, List<Took> receivers) {}

  private final ChannelTimes times;
  private final InForceTimes inForce;
  private final ToldReceivers receivers;

  ReceiptTimesController(ChannelTimes times, InForceTimes inForce, ToldReceivers receivers) {
    this.receivers = receivers;
    this.times = times;
    this.inForce = inForce;
  }

  /**
   * Of the last hour: by channel, of the acknowledgements that the replica that answers has seen;
   * from keys' ends to their being in force, and to the answers of receivers, of all replicas.
   */
  @GetMapping
  @Requires(Requires.OPERATOR)
  State state() {
    return new State(times.all(), inForce.ofTheLastHour(), receivers.ofTheLastHour());
  }
}
