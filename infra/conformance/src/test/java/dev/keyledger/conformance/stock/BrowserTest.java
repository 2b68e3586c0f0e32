package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.stock.Browser.Options;
import dev.keyledger.conformance.stock.Browser.Outcome;
import dev.keyledger.testing.People;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** InCRM's two regimes of CORS, as a real browser holds pages to them. */
@Tag("stock")
@Needs({Tool.NODE, Tool.NODE_PACKAGES, Tool.CHROMIUM})
class BrowserTest {
  private static final String SIGN_IN = "/api/v1/auth/sign-in";
  private static final String REFRESH = "/api/v1/auth/token/refresh";
  private static final String LOGOUT = "/api/v1/auth/logout";
  private static final String CLIENT = "/api/v1/client";

  private static Browser browser;

  private Organization organization;
  private Member owner;

  @BeforeEach
  void signUp() {
    organization = StockCluster.get().people().liveOrganization("incrm");
    owner = StockCluster.get().people().join(organization, "owner");
    if (browser == null) {
      browser = Browser.start();
    }
    browser.forget();
  }

  @AfterAll
  static void end() {
    if (browser != null) {
      browser.close();
      browser = null;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Api-Key", "Authorization"})
  void aKeyMayBeUsedByPagesOfAnyOriginAsLongAsTheySendNoCredentialsOfTheBrowsers(String header) {
    String secret =
        Client.createdBy(owner.api(), organization, "live", List.of("clients.read")).secret();
    Options key =
        Options.none().with(header, header.equals("Authorization") ? "Bearer " + secret : secret);

    Outcome read = browser.fetch(Browser.ANOTHER_SITE, "GET", CLIENT, key);
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.seen().at("/body/success").asBoolean()).isTrue();
    assertThat(read.methods()).containsExactly("OPTIONS 204", "GET 200");
    assertThat(read.last().answered("access-control-allow-origin")).isEqualTo("*");
    assertThat(read.last().answered("access-control-allow-credentials")).isNull();

    browser.forget();
    Outcome kept = browser.fetch(Browser.ANOTHER_SITE, "GET", CLIENT, key.withCredentials());
    assertThat(kept.isBlocked()).isTrue();
    assertThat(kept.methods()).as("the request itself never left").containsExactly("OPTIONS 204");
  }

  @Test
  void aPageReadsTheErrorThatItsKeyIsRefusedWith() {
    Outcome refused =
        browser.fetch(
            Browser.ANOTHER_SITE, "GET", CLIENT, Options.none().with("X-Api-Key", "incrm_unknown"));
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.code()).isEqualTo(401022);
  }

  @Test
  void aListedOriginSignsInRefreshesReadsAndLogsOut() {
    Outcome signedIn = signIn(Browser.LISTED);
    assertThat(signedIn.status()).isEqualTo(200);
    assertThat(signedIn.methods()).containsExactly("OPTIONS 204", "POST 200");
    assertThat(signedIn.last().answered("access-control-allow-origin")).isEqualTo(Browser.LISTED);
    assertThat(signedIn.last().answered("access-control-allow-credentials")).isEqualTo("true");

    JsonNode cookie = refreshCookie();
    assertThat(cookie.path("httpOnly").asBoolean()).isTrue();
    assertThat(cookie.path("sameSite").asString())
        .as("one of the listed origins is of another site")
        .isEqualTo("None");
    assertThat(cookie.path("secure").asBoolean()).isTrue();
    assertThat(cookie.path("path").asString()).isEqualTo(REFRESH);
    assertThat(signedIn.seen().path("cookies").asString()).as("document.cookie").isEmpty();

    Outcome refreshed = refresh(Browser.LISTED);
    assertThat(refreshed.status()).isEqualTo(200);
    assertThat(refreshed.accessToken()).isNotEqualTo(signedIn.accessToken());
    assertThat(refreshed.last().asked("cookie"))
        .isEqualTo("refreshToken=" + cookie.path("value").asString());
    assertThat(refreshCookie().path("value")).isNotEqualTo(cookie.path("value"));
    assertThat(refreshed.seen().path("cookies").asString()).as("document.cookie").isEmpty();

    Options session =
        Options.none().with("Authorization", "Bearer " + refreshed.accessToken()).withCredentials();
    Outcome withCredentials = browser.fetch(Browser.LISTED, "GET", CLIENT, session);
    assertThat(withCredentials.status())
        .as("credentials are allowed on every path, so that a client may send them everywhere")
        .isEqualTo(200);
    assertThat(withCredentials.last().answered("access-control-allow-origin"))
        .isEqualTo(Browser.LISTED);
    assertThat(withCredentials.last().asked("cookie")).as("is for the refresh alone").isNull();
    Outcome read = get(Browser.LISTED, refreshed.accessToken());
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.last().asked("cookie")).isNull();

    Outcome loggedOut = browser.fetch(Browser.LISTED, "POST", LOGOUT, session);
    assertThat(loggedOut.status()).isEqualTo(204);
    assertThat(browser.cookies()).isEmpty();
    assertThat(get(Browser.LISTED, refreshed.accessToken()).code()).isEqualTo(401011);
    assertThat(refresh(Browser.LISTED).code()).isEqualTo(401012);
  }

  @Test
  void aWrongPasswordIsToldToAListedPage() {
    Outcome refused =
        browser.fetch(
            Browser.LISTED,
            "POST",
            SIGN_IN,
            Options.json(Map.of("email", owner.email(), "password", "not this one"))
                .withCredentials());
    assertThat(refused.code()).isEqualTo(401001);
    assertThat(browser.cookies()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPageOffTheListSignsNobodyInRefreshesNothingAndReadsNothing(boolean sameSite) {
    String page = sameSite ? Browser.OFF_THE_LIST : Browser.ANOTHER_SITE;
    String token = signIn(Browser.LISTED).accessToken();
    JsonNode cookie = refreshCookie();

    Outcome signIn = signIn(page);
    assertThat(signIn.isBlocked()).isTrue();
    assertThat(signIn.methods()).containsExactly("OPTIONS 403");
    assertThat(signIn.last().code()).isEqualTo(403000);

    // Nothing about this one makes a browser ask first.
    Outcome refresh = refresh(page);
    assertThat(refresh.isBlocked()).isTrue();
    assertThat(refresh.methods()).containsExactly("POST 403");
    assertThat(refresh.last().code()).isEqualTo(403000);
    assertThat(refresh.last().answered("access-control-allow-origin")).isNull();
    assertThat(refresh.last().asked("cookie") != null)
        .as("a partitioned cookie is kept for each site apart, but not for each port")
        .isEqualTo(sameSite);

    Outcome read = get(page, token);
    assertThat(read.isBlocked()).isTrue();
    assertThat(read.methods()).containsExactly("OPTIONS 204", "GET 403");
    assertThat(read.last().code()).isEqualTo(403000);

    Outcome logout =
        browser.fetch(
            page, "POST", LOGOUT, Options.none().with("Authorization", "Bearer " + token));
    assertThat(logout.methods()).containsExactly("OPTIONS 403");

    assertThat(refreshCookie()).as("as it was").isEqualTo(cookie);
    assertThat(get(Browser.LISTED, token).status()).isEqualTo(200);
    assertThat(refresh(Browser.LISTED).status()).as("its token was not used up").isEqualTo(200);
  }

  @Test
  void aListedPageOfAnotherSiteSignsInRefreshesReadsAndLogsOutToo() {
    String page = Browser.LISTED_ON_ANOTHER_SITE;
    Outcome signedIn = signIn(page);
    assertThat(signedIn.status()).isEqualTo(200);
    JsonNode cookie = refreshCookie();

    Outcome refreshed = refresh(page);
    assertThat(refreshed.status()).isEqualTo(200);
    assertThat(refreshed.last().asked("cookie"))
        .isEqualTo("refreshToken=" + cookie.path("value").asString());
    assertThat(refreshCookie().path("value")).isNotEqualTo(cookie.path("value"));
    assertThat(refreshed.seen().path("cookies").asString()).as("document.cookie").isEmpty();

    Options session =
        Options.none().with("Authorization", "Bearer " + refreshed.accessToken()).withCredentials();
    assertThat(browser.fetch(page, "GET", CLIENT, session).status()).isEqualTo(200);
    assertThat(browser.fetch(page, "POST", LOGOUT, session).status()).isEqualTo(204);
    assertThat(browser.cookies()).isEmpty();
    assertThat(refresh(page).code()).isEqualTo(401012);
  }

  @Test
  void aListedPageReadsWithAKeyAndWithCredentialsToo() {
    String secret =
        Client.createdBy(owner.api(), organization, "live", List.of("clients.read")).secret();
    for (String page : List.of(Browser.LISTED, Browser.LISTED_ON_ANOTHER_SITE)) {
      Outcome read =
          browser.fetch(
              page, "GET", CLIENT, Options.none().with("X-Api-Key", secret).withCredentials());
      assertThat(read.status()).isEqualTo(200);
      assertThat(read.last().answered("access-control-allow-origin")).isEqualTo(page);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded"})
  void aFormOfAHostilePageSignsNobodyIn(String enctype) {
    Map<String, String> fields =
        enctype.equals("text/plain")
            // So that name, "=" and value together are JSON.
            ? Map.of(
                "{\"email\":\""
                    + owner.email()
                    + "\",\"password\":\""
                    + People.PASSWORD
                    + "\",\"x\":\"",
                "\"}")
            : Map.of("email", owner.email(), "password", People.PASSWORD);

    for (String page : List.of(Browser.ANOTHER_SITE, Browser.OFF_THE_LIST)) {
      Outcome submitted = browser.submit(page, SIGN_IN, enctype, fields);
      assertThat(submitted.methods()).containsExactly("POST 403");
      assertThat(submitted.last().asked("origin")).isEqualTo(page);
      assertThat(submitted.last().code()).isEqualTo(403000);
      assertThat(submitted.last().answered("set-cookie")).isNull();
    }
    Outcome listed = browser.submit(Browser.LISTED, SIGN_IN, enctype, fields);
    assertThat(listed.methods()).as("bodies only as application/json").containsExactly("POST 415");
    assertThat(listed.last().answered("set-cookie")).isNull();
    assertThat(browser.cookies()).isEmpty();
  }

  @Test
  void aFormOfAHostilePageRefreshesNothing() {
    signIn(Browser.LISTED);
    JsonNode cookie = refreshCookie();

    Outcome sameSite =
        browser.submit(
            Browser.OFF_THE_LIST, REFRESH, "application/x-www-form-urlencoded", Map.of());
    assertThat(sameSite.last().asked("cookie")).isNotNull();
    assertThat(sameSite.methods()).containsExactly("POST 403");
    Outcome otherSite =
        browser.submit(
            Browser.ANOTHER_SITE, REFRESH, "application/x-www-form-urlencoded", Map.of());
    assertThat(otherSite.methods()).containsExactly("POST 403");
    assertThat(otherSite.last().asked("origin")).isEqualTo(Browser.ANOTHER_SITE);

    assertThat(refreshCookie()).isEqualTo(cookie);
    assertThat(refresh(Browser.LISTED).status()).isEqualTo(200);
  }

  private Outcome signIn(String page) {
    return browser.fetch(
        page,
        "POST",
        SIGN_IN,
        Options.json(Map.of("email", owner.email(), "password", People.PASSWORD))
            .withCredentials());
  }

  private static Outcome refresh(String page) {
    return browser.fetch(page, "POST", REFRESH, Options.none().withCredentials());
  }

  private static Outcome get(String page, String token) {
    return browser.fetch(
        page, "GET", CLIENT, Options.none().with("Authorization", "Bearer " + token));
  }

  private static JsonNode refreshCookie() {
    assertThat(browser.cookies()).hasSize(1);
    JsonNode cookie = browser.cookies().getFirst();
    assertThat(cookie.path("name").asString()).isEqualTo("refreshToken");
    return cookie;
  }
}
