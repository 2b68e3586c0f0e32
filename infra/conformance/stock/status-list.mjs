// A verifier that asks nobody about a token: jose by the key set, and the token's bit by @sd-jwt/jwt-status-list. A token a
// line in, a line of JSON out. It keeps a list for as long as that says, unless told otherwise.
import { createInterface } from 'node:readline'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { getListFromStatusListJWT, getStatusListFromJWT } from '@sd-jwt/jwt-status-list'

const { ISSUER } = process.env
const keys = createRemoteJWKSet(new URL(`${ISSUER}/.well-known/jwks.json`))

async function listAt(uri) {
  const answer = await fetch(uri, { headers: { accept: 'application/statuslist+jwt' } })
  if (!answer.ok) throw new Error(`${uri} answered ${answer.status}`)
  const text = await answer.text()
  const { payload } = await jwtVerify(text, keys, { typ: 'statuslist+jwt', subject: uri, requiredClaims: ['iat', 'exp', 'ttl'] })
  return { type: answer.headers.get('content-type'), list: getListFromStatusListJWT(text), payload }
}

async function statusOf(token) {
  const { payload } = await jwtVerify(token, keys, { issuer: ISSUER, audience: ISSUER, typ: 'at+jwt' })
  const { idx, uri } = getStatusListFromJWT(token)
  if (!uri.startsWith(`${ISSUER}/`)) throw new Error(`${uri} isn't the issuer's`)
  const { type, list, payload: told } = await listAt(uri)
  return { status: list.getStatus(idx), idx, uri, type, size: list.statusList.length, ttl: told.ttl, jti: payload.jti }
}

for await (const token of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await statusOf(token).catch((error) => ({ error: String(error.code ?? error) }))))
}
