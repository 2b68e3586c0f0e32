package dev.keyledger.token.identity.people;

import java.security.SecureRandom;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.transaction.support.TransactionOperations;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PeopleSettings.class)
class PeopleConfiguration {
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  @Bean
  FairThreads hashing(PeopleSettings settings) {
    return new FairThreads("hashing", settings.hashing().threads(), settings.hashing().queue());
  }

  /** Beside hashing: how long it takes is up to the text, and no sign-in waits for that. */
  @Bean
  FairThreads strength(PeopleSettings settings) {
    return new FairThreads("strength", 1, settings.hashing().queue());
  }

  @Bean
  PasswordStrength passwordStrength() {
    return new PasswordStrength();
  }

  @Bean
  RefusalTimes refusalTimes(SecureRandom random) {
    return new RefusalTimes(System::nanoTime, random);
  }

  @Bean
  PasswordEncoder passwordEncoder(PeopleSettings settings) {
    return new Argon2PasswordEncoder(
        SALT_BYTES, HASH_BYTES, 1, settings.hashing().memory(), settings.hashing().iterations());
  }

  @Bean
  Passwords passwords(JdbcClient jdbc, PasswordEncoder encoder, SecureRandom random) {
    return new Passwords(jdbc, encoder, OpaqueToken.mint("", random).revealSecret());
  }

  @Bean
  LockOut lockOut(
      JdbcClient jdbc,
      TransactionOperations transactions,
      DataKeys dataKeys,
      PeopleSettings settings) {
    return new LockOut(jdbc, transactions, dataKeys, settings.lockOut());
  }
}
