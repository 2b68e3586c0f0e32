package dev.keyledger.token.identity.people;

import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.kit.keys.ServerKeys;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.transaction.support.TransactionOperations;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PeopleSettings.class)
class PeopleConfiguration {
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  private final SecureRandom random = new SecureRandom();

  @Bean
  DataKeys dataKeys(Supplier<ServerKeys> serverKeys) {
    return new DataKeys(serverKeys, random);
  }

  @Bean
  People people(JdbcClient jdbc, DataKeys dataKeys) {
    return new People(jdbc, dataKeys, random);
  }

  @Bean
  AcceptedMemberships acceptedMemberships(JdbcClient jdbc) {
    return new AcceptedMemberships(jdbc);
  }

  @Bean
  HashingPool hashingPool(PeopleSettings settings) {
    return new HashingPool(settings.hashing());
  }

  @Bean
  Passwords passwords(JdbcClient jdbc, PeopleSettings settings) {
    var encoder =
        new Argon2PasswordEncoder(
            SALT_BYTES,
            HASH_BYTES,
            1,
            settings.hashing().memory(),
            settings.hashing().iterations());
    return new Passwords(jdbc, encoder, OpaqueToken.mint("", random).revealSecret());
  }

  @Bean
  SecondStep secondStep(JdbcClient jdbc, People people) {
    return new SecondStep(jdbc, people, random);
  }

  @Bean
  LockOut lockOut(
      JdbcClient jdbc,
      TransactionOperations transactions,
      DataKeys dataKeys,
      PeopleSettings settings) {
    return new LockOut(jdbc, transactions, dataKeys, settings.lockOut());
  }

  @Bean
  Proofs proofs(
      People people,
      Passwords passwords,
      SecondStep secondStep,
      LockOut lockOut,
      HashingPool hashing,
      Clock clock) {
    return new Proofs(people, passwords, secondStep, lockOut, hashing, clock);
  }

  @Bean
  NewPasswords newPasswords(
      People people, Passwords passwords, SecondStep secondStep, HashingPool hashing) {
    return new NewPasswords(people, passwords, new PasswordRules(), secondStep, hashing);
  }

  @Bean
  @ConditionalOnBooleanProperty("keyledger.demonstration")
  DemonstrationPeople demonstrationPeople(
      People people,
      NewPasswords passwords,
      SecondStep secondStep,
      TransactionOperations transactions,
      Clock clock) {
    return new DemonstrationPeople(people, passwords, secondStep, transactions, clock);
  }

  @Bean
  Erasure erasure(
      People people,
      Passwords passwords,
      SecondStep secondStep,
      AcceptedMemberships memberships,
      List<Erasure.Consequence> consequences,
      TransactionOperations transactions,
      Clock clock) {
    return new Erasure(
        people, passwords, secondStep, memberships, consequences, transactions, clock);
  }

  @Bean
  Housekeeping housekeeping(
      People people, LockOut lockOut, TransactionOperations transactions, AgreedClock clock) {
    return new Housekeeping(people, lockOut, transactions, clock);
  }
}
