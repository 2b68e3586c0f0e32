package dev.keyledger.command.relay;

import dev.keyledger.client.spring.Requires;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the operator sees of how soon what was decided is applied. */
@RestController
@RequestMapping(path = "/v1/platform/receipts", produces = "application/json")
class ReceiptTimesController {
  record State(List<ChannelTimes.Times> channels) {}

  private final ChannelTimes times;

  ReceiptTimesController(ChannelTimes times) {
    this.times = times;
  }

  /** By channel, of the last hour's acknowledgements that the replica that answers has seen. */
  @GetMapping
  @Requires(Requires.OPERATOR)
  State state() {
    return new State(times.all());
  }
}
