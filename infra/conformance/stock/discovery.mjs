// What every OAuth client here begins with: the issuer, an id and a secret, and nothing else that it knows of us.
import * as client from 'openid-client'

// DISCOVERY is where its library looks: oidc is its own choice (OpenID Connect Discovery), oauth2 RFC 8414.
export async function discovered({ ISSUER, CLIENT_ID, CLIENT_SECRET, AUTHENTICATION, DISCOVERY } = process.env) {
  const authentication = AUTHENTICATION === 'post' ? client.ClientSecretPost() : client.ClientSecretBasic()
  return client.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, authentication, {
    algorithm: DISCOVERY ?? 'oidc',
    // Plain HTTP is for this machine alone; the library wants that said.
    execute: [client.allowInsecureRequests],
  })
}

// What a call was refused with stands where its answer would; where the answer is a challenge (RFC 6749, section 5.2),
// the library hands out that.
export const attempt = (call) =>
  call.catch((error) => ({
    refused: error.error ?? error.code ?? error.name,
    status: error.status ?? null,
    challenge: Array.isArray(error.cause) ? error.cause[0].scheme : undefined,
  }))
