import generated.ApiClient;
import generated.ApiException;
import generated.api.HistoryApi;
import generated.api.KeysApi;
import generated.api.SessionsApi;
import generated.api.TokensApi;
import generated.model.IssuedKey;
import generated.model.KeyQuestion;
import generated.model.KeyRevocation;
import generated.model.KeyStatus;
import generated.model.KeyUpdate;
import generated.model.NewKey;
import generated.model.RevokedKey;
import generated.model.RotatedKey;
import generated.model.Rotation;
import generated.model.SignIn;
import java.util.ArrayList;
import java.util.List;

/** An admin's day, by nothing but what a generator made of the description. */
public final class Day {
  public static void main(String[] arguments) throws ApiException {
    String org = arguments[2];
    var client = new ApiClient();
    client.updateBaseUri(arguments[0]);
    String token =
        new SessionsApi(client)
            .signIn(new SignIn().email(arguments[1]).password(System.getenv("PASSWORD")).organization(org))
            .getAccessToken();
    client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));

    var keys = new KeysApi(client);
    IssuedKey created =
        keys.createKey(org, new NewKey().name("Billing").environment("test").expiresInDays(30), null, "wait=5", null);
    String key = created.getKey().getId();
    var verified = new TokensApi(client).verifyKey(new KeyQuestion().key(created.getSecret()));
    RotatedKey rotated = keys.rotateKey(org, key, null, null, null, new Rotation().gracePeriod("PT1H"));
    keys.completeKeyRotation(org, key, null, null);
    keys.updateKey(org, key, new KeyUpdate().name("Billing (EU)"), null, null);
    RevokedKey revoked = keys.revokeKey(org, key, "wait=5", null, new KeyRevocation().reason("end of day"));
    long position = revoked.getReceipt().getPosition();
    var listed = keys.listKeys(org, null, List.of(KeyStatus.REVOKED), null, null, null, position);
    var history =
        new HistoryApi(client)
            .listEvents(
                org, null, key, null, null, null, null, null, null, null, null, null, null, null, null, position,
                null);

    var said = new ArrayList<String>();
    said.add(created.getKey().getStatus().getValue());
    said.add(verified.getCode().getValue());
    said.add(rotated.getPreviousValidUntil() == null ? "no overlap" : "overlap");
    said.add(revoked.getReceipt().getInForce() ? "in force" : "not in force");
    listed.getItems().forEach(one -> said.add(one.getName()));
    history.getItems().forEach(event -> said.add(event.getType().getValue()));
    System.out.println(String.join(" ", said));
  }
}
