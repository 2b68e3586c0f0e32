package dev.keyledger.token.identity.people;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.kit.web.bounds.Network;
import dev.keyledger.token.identity.people.Proofs.Outcome.Done;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class NewPasswordsTest {
  private final PeopleFixture fixture = new PeopleFixture();
  private final EmailAddress email = PeopleFixture.someEmail();
  private final String address = PeopleFixture.someAddress();

  @Test
  void noSignInWaitsUntilTheStrengthOfAPasswordIsKnown() throws Exception {
    Person person = fixture.personWith(email, PeopleFixture.PASSWORD);
    var begun = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    var measuring =
        CompletableFuture.runAsync(
            () ->
                fixture.strength.run(
                    Network.of("203.0.113.9"),
                    () -> {
                      begun.countDown();
                      end.await();
                      return email;
                    }),
            Thread::startVirtualThread);
    begun.await();
    var chosen =
        CompletableFuture.supplyAsync(
            () ->
                fixture.newPasswords.hash(
                    person.id(), "password", "another long pass phrase", address),
            Thread::startVirtualThread);

    assertThat(fixture.proofs.password(email, PeopleFixture.PASSWORD, address))
        .isInstanceOf(Done.class);
    assertThat(chosen).isNotDone();

    end.countDown();
    measuring.get();
    assertThat(chosen.get()).hasToString("[password hash]");
  }
}
