package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.seed.HistorySeed;
import dev.keyledger.benchmarks.seed.HistorySeed.Seeded;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

/** What history is asked for; where both orders make sense, each in turn by chance. */
enum HistoryQuestion {
  NEWEST("no filter, newest first", "events?"),
  OLDEST("no filter, oldest first", "events?order=oldest"),
  DAY("from and to, one day long ago", "events?{day}{order}"),
  UNTIL("to, long ago", "events?to={time}"),
  SINCE("from, long ago, oldest first", "events?from={time}&order=oldest"),
  KEY("key, with what changed its power", "events?key={key}{order}"),
  MEMBER("member", "events?member={member}{order}"),
  ACTOR("actor", "events?actor={member}{order}"),
  SYSTEM("actor=system", "events?actor=system{order}"),
  OPERATOR("actor=operator", "events?actor=operator{order}"),
  SESSION("session", "events?session={session}{order}"),
  REQUEST("request_id", "events?request_id={request}{order}"),
  NO_REQUEST("request_id of none", "events?request_id=none{order}"),
  COMMON_WORD("q, a word of every key", "events?q=" + HistorySeed.COMMON_WORD + "{order}"),
  RARE_WORD("q, a rare word", "events?q=" + HistorySeed.RARE_WORD + "{order}"),
  NO_WORD("q, a word of none", "events?q=nowhere{order}"),
  TWO_WORDS(
      "q, a common word and none of a rare one",
      "events?q=" + HistorySeed.COMMON_WORD + "%20-" + HistorySeed.RARE_WORD + "{order}"),
  RARE_TYPE("type, a rare one", "events?type=organization.suspended{order}"),
  COMMON_TYPE("type, a common one", "events?type=key.created{order}"),
  TYPES(
      "types, five of them",
      "events?type=key.created,key.revoked,member.added,member.removed,organization.suspended{order}"),
  ACTOR_TYPE("actor and type", "events?actor={member}&type=key.revoked{order}"),
  ACTOR_RARE_TYPE(
      "actor and a type of none of theirs",
      "events?actor={member}&type=organization.suspended{order}"),
  ACTOR_WORD(
      "actor and a word of none of theirs",
      "events?actor={member}&q=" + HistorySeed.RARE_WORD + "{order}"),
  ACTOR_DAY("actor, one day long ago", "events?actor={member}&{day}{order}"),
  ACTOR_OTHERS_TYPE(
      "actor and a common type of none of theirs",
      "events?actor={member}&type=key.rotation_completed{order}"),
  ACTOR_OTHERS_WORD(
      "actor and a common word of none of their recent events",
      "events?actor={member}&q=" + HistorySeed.OLD_WORD + "{order}"),
  MEMBER_OTHERS_TYPE(
      "member and a common type of none of theirs",
      "events?member={member}&type=key.rotation_completed{order}"),
  SYSTEM_OTHERS_TYPE(
      "actor=system and a common type of none of its own",
      "events?actor=system&type=key.created{order}"),
  SYSTEM_WORD(
      "actor=system and a word of none of its own",
      "events?actor=system&q=" + HistorySeed.RARE_WORD + "{order}"),
  OPERATOR_WORD(
      "actor=operator and a common word of none of theirs",
      "events?actor=operator&q=" + HistorySeed.COMMON_WORD + "{order}"),
  TYPE_RARE_WORD(
      "a common type and a rare word of none of it",
      "events?type=key.created&q=" + HistorySeed.RARE_WORD + "{order}"),
  TYPE_COMMON_WORD(
      "a common type and a common word of none of it",
      "events?type=key.revoked&q=" + HistorySeed.COMMON_WORD + "{order}"),
  RARE_TYPE_WORD(
      "a rare type and a common word of none of it",
      "events?type=organization.suspended&q=" + HistorySeed.COMMON_WORD + "{order}"),
  OLD_WORD("q, a word of every key until long ago", "events?q=" + HistorySeed.OLD_WORD),
  SESSION_WORD(
      "session and a rare word of none of it",
      "events?session={session}&q=" + HistorySeed.RARE_WORD + "{order}"),
  KEY_WORD("key and a common word", "events?key={key}&q=" + HistorySeed.COMMON_WORD + "{order}"),
  WORD_DAY(
      "q, a common word, one day long ago",
      "events?q=" + HistorySeed.COMMON_WORD + "&{day}{order}"),
  SESSION_TYPE("session, type and day", "events?session={session}&type=key.created&{day}{order}"),
  BOTH("ledger and activity", "events?source=ledger,activity{order}"),
  ACTIVITY("activity", "events?source=activity{order}"),
  ACTIVITY_RARE("activity of a rare type", "events?source=activity&type=second_step.set{order}"),
  ACTIVITY_NONE("activity of a type of none", "events?source=activity&type=key.denied{order}"),
  ACTIVITY_MEMBER("activity of a member", "events?source=activity&member={member}{order}"),
  ACTIVITY_DAY("activity, one day long ago", "events?source=activity&{day}{order}"),
  ACTIVITY_MEMBER_TYPE(
      "activity of a member, of a common type of none of theirs",
      "events?source=activity&member={member}&type=sign_in.succeeded{order}"),
  ACTIVITY_FIRST_TYPE(
      "activity of the busiest member, of a common type of none of theirs",
      "events?source=activity&member={first}&type=session.ended{order}"),
  IP("ip, one address", "events?ip={address}{order}"),
  IP_24("ip, /24", "events?ip={four}/24{order}"),
  IP_16("ip, /16", "events?ip={four}/16{order}"),
  IP_8("ip, /8", "events?ip={four}/8{order}"),
  IP_0("ip, every address of IPv4", "events?ip=0.0.0.0/0{order}"),
  IP_SIX_64("ip, /64 of IPv6", "events?ip={six}/64{order}"),
  IP_SIX_48("ip, /48 of IPv6", "events?ip={six}/48{order}"),
  IP_SIX_32("ip, /32 of IPv6", "events?ip={six}/32{order}"),
  IP_NONE("ip, /24 of none", "events?ip=192.0.2.0/24{order}"),
  IP_MEMBER("ip, /16, and member", "events?ip={four}/16&member={member}{order}"),
  IP_DAY("ip, /24, one day of late", "events?ip={four}/24&{late}{order}"),
  IP_WORD("ip, /24, and a rare word", "events?ip={four}/24&q=" + HistorySeed.RARE_WORD + "{order}"),
  IP_ACTIVITY("ip, one address, of activity", "events?source=activity&ip={address}{order}"),
  IP_BOTH("ip, /16, ledger and activity", "events?source=ledger,activity&ip={four}/16{order}"),
  AS_OF("the policy as of a time long ago", "policy?as_of={time}");

  private final String title;
  private final String query;

  HistoryQuestion(String title, String query) {
    this.title = title;
    this.query = query;
  }

  String title() {
    return title;
  }

  /** Below the organisation's path. */
  String of(HistorySeed seed, Seeded one, SplittableRandom random) {
    Instant time = seed.timeOf(random.nextInt(one.members.size() + 1, seed.eventsEach()));
    Instant day = time.plus(Duration.ofDays(1));
    Instant late = seed.timeOf(seed.eventsEach() - seed.eventsEach() / 40);
    int four = 2 * random.nextInt(one.members.size() / 2);
    return query
        .replace("{first}", one.members.getFirst().toString())
        .replace("{four}", one.addressOf(four, false))
        .replace("{six}", one.addressOf(four, true))
        .replace("{address}", one.addressOf(four, random.nextBoolean()))
        .replace("{late}", "from=" + late + "&to=" + late.plus(Duration.ofDays(1)))
        .replace("{order}", random.nextBoolean() ? "&order=oldest" : "")
        .replace("{day}", "from=" + time + "&to=" + day)
        .replace("{time}", time.toString())
        .replace("{key}", any(one.keys, random))
        .replace("{member}", any(one.members, random))
        .replace("{session}", any(one.sessions, random))
        .replace("{request}", any(one.requests, random));
  }

  private static String any(List<?> values, SplittableRandom random) {
    return values.get(random.nextInt(values.size())).toString();
  }
}
