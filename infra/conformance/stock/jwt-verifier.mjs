// A resource server that verifies access tokens by itself: with jose, and by RFC 9068 with oauth4webapi. It stays for
// as long as its input does, so that its copy of the key set lives as long as a real one's: a token a line in, a line
// of JSON out.
import { createInterface } from 'node:readline'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'

const { ISSUER, AUDIENCE, COOLDOWN_MS, DISCOVERY } = process.env

const issuer = new URL(ISSUER)
const insecure = { [oauth.allowInsecureRequests]: true }
const discovered = await oauth.discoveryRequest(issuer, { algorithm: DISCOVERY ?? 'oidc', ...insecure })
const server = await oauth.processDiscoveryResponse(issuer, discovered)

// How soon it asks again for a key that it doesn't know; the library's own choice is half a minute.
const options = COOLDOWN_MS ? { cooldownDuration: Number(COOLDOWN_MS) } : {}
const keys = createRemoteJWKSet(new URL(server.jwks_uri), options)

async function byJose(token) {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer: ISSUER, audience: AUDIENCE, typ: 'at+jwt' })
    return { good: true, header: protectedHeader, claims: payload }
  } catch (error) {
    return { good: false, code: error.code ?? error.name }
  }
}

async function byRfc9068(token) {
  const request = new Request('http://resource.example/', { headers: { authorization: `Bearer ${token}` } })
  try {
    const claims = await oauth.validateJwtAccessToken(server, request, AUDIENCE, insecure)
    return { good: true, claims }
  } catch (error) {
    return { good: false, code: error.code ?? error.name }
  }
}

await keys.reload()
console.log(JSON.stringify({ ready: true, keys: keys.jwks().keys.map((key) => key.kid) }))
for await (const token of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify({ jose: await byJose(token), rfc9068: await byRfc9068(token) }))
}
