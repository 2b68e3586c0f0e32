package dev.keyledger.conformance.fuzz;

import dev.keyledger.conformance.Conformance.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Tenants of every system who have nothing to do with it: whatever is known of them must be in no
 * answer.
 *
 * @param names by which requests may ask for them
 * @param marks by which they are recognised
 */
record Bystanders(List<String> names, List<String> marks) {
  static Bystanders of(Platform platform) {
    var names = new ArrayList<String>();
    var marks = new ArrayList<String>();
    for (String preset : List.of("incard", "incrm", "syncgram-pay")) {
      String org = "bystander-" + preset;
      String who = "walter-" + preset;
      String key = "zebra-" + preset;
      Map<String, String> known =
          platform
              .stage()
              .given(
                  org + " is a live organisation on " + preset,
                  who
                      + " is owner of "
                      + org
                      + (preset.equals("syncgram-pay")
                          ? " and signed in at Syncgram Pay"
                          : " and signed in"),
                  preset.equals("syncgram-pay")
                      ? key + " is the Syncgram Pay key of " + who
                      : key + " is a live key of " + who + " in " + org);
      names.addAll(
          List.of(known.get(org + ".slug"), known.get(org + ".id"), known.get(key + ".id")));
      marks.add(known.get(who + ".email"));
      marks.add(known.get(who + ".member"));
      marks.add(key);
    }
    Map<String, String> octopus =
        platform
            .stage()
            .given(
                "bystander-octopus is a live organisation on octopus-cards",
                "zebra-octopus is an operator-issued production key of bystander-octopus");
    names.add(octopus.get("bystander-octopus.slug"));
    names.add(octopus.get("bystander-octopus.id"));
    names.add(octopus.get("zebra-octopus.id"));
    marks.add("zebra-octopus");
    marks.addAll(names);
    return new Bystanders(List.copyOf(names), List.copyOf(marks));
  }
}
