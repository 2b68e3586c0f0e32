package dev.keyledger.testing;

import dev.keyledger.kit.database.DatabaseClock;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplicationRunListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * Runs a service's own {@code main} with a clock that a test moves. It is not among the service's
 * classes, and no setting of a service leads here.
 */
public final class ClockedLauncher {
  /** System property: the main class to run. */
  static final String MAIN = "keyledger.testing.main";

  /** System property: the file that {@link SharedClock} shares. */
  static final String CLOCK = "keyledger.testing.clock";

  /** System property: the file by which a test sets this process's clock wrong. */
  static final String OWN_CLOCK = "keyledger.testing.own-clock";

  private ClockedLauncher() {}

  public static void main(String[] arguments) throws Exception {
    SharedClock right = SharedClock.sharedBy(Path.of(required(CLOCK)));
    Clock own = ProcessClock.beside(right, Path.of(required(OWN_CLOCK)));
    Method main = Class.forName(required(MAIN)).getDeclaredMethod("main", String[].class);
    main.setAccessible(true);
    SpringApplication.withHook(
        application -> {
          application.addInitializers(context -> register(context, own, right));
          return new SpringApplicationRunListener() {};
        },
        () -> {
          try {
            main.invoke(null, (Object) arguments);
          } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(required(MAIN) + " did not run", e);
          }
        });
  }

  /** Before the service's own beans, whose clock is one for want of another. */
  private static void register(ConfigurableApplicationContext context, Clock own, Clock right) {
    var beans = (GenericApplicationContext) context;
    beans.registerBean("clock", Clock.class, () -> own);
    // The database's moves with the one that all share, or the two would never agree.
    beans.registerBean("databaseClock", DatabaseClock.class, () -> right::instant);
  }

  private static String required(String property) {
    return Objects.requireNonNull(System.getProperty(property), property);
  }
}
