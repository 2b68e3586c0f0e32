// A receiver of security events that knows nothing but the issuer, and verifies by jose: a line in
// with the audience and a token, a line of JSON out.
import { createInterface } from 'node:readline'
import { createRemoteJWKSet, jwtVerify } from 'jose'

const issuer = process.env.ISSUER
const metadata = await (await fetch(`${issuer}/.well-known/ssf-configuration`)).json()
const keys = createRemoteJWKSet(new URL(metadata.jwks_uri))
console.log(JSON.stringify({ ready: true, metadata }))
for await (const line of createInterface({ input: process.stdin })) {
  const { audience, token } = JSON.parse(line)
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer: metadata.issuer, audience, typ: 'secevent+jwt', algorithms: ['RS256'],
    })
    console.log(JSON.stringify({ good: true, payload, header: protectedHeader }))
  } catch (error) {
    console.log(JSON.stringify({ good: false, code: error.code, message: error.message }))
  }
}
