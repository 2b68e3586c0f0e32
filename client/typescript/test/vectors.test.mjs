// The same file is what the Java client passes: a verifier that reads it is one that Keyledger's services may rely on.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createLocalJWKSet } from 'jose'
import { LocalAuthenticator } from '../dist/local-authenticator.js'
import { Unavailable } from '../dist/refusal.js'
import { ToldRevocations } from '../dist/told-revocations.js'
import { TokenVerifier } from '../dist/tokens.js'

const vectors = JSON.parse(readFileSync(new URL('../../vectors/vectors.json', import.meta.url), 'utf8'))
const CODES = { invalid: 'invalid_credential', expired: 'credential_expired', revoked: 'credential_revoked' }

for (const one of vectors.cases) {
  test(one.name, async () => {
    let monotonic = 1_000_000
    const clock = () => Date.parse(one.now)
    const told = new ToldRevocations(vectors.longest_token_lifetime_ms, vectors.max_staleness_ms, () => monotonic)
    for (const step of one.steps) {
      monotonic += step.elapse_ms ?? 0
      if (step.page) {
        told.page(step.page, monotonic - (step.asked_ms_ago ?? 0), false)
      }
      if (step.event) {
        told.event(step.event.name, step.event.data)
      }
    }
    let asked = 0
    const authenticator = new LocalAuthenticator({
      verifier: new TokenVerifier(vectors.issuer, createLocalJWKSet(vectors.jwks), clock),
      revocations: told,
      introspector: {
        introspect: async () => {
          asked++
          throw new Unavailable('this is no platform')
        },
      },
      longestToken: vectors.longest_token_lifetime_ms,
      environments: undefined,
      clock,
      monotonic: () => monotonic,
    })

    const said = await authenticator.authenticate({ kind: 'signed', text: one.token }, '192.0.2.1').then(
      () => 'accepted',
      (refusal) => refusal.code ?? refusal,
    )

    assert.equal(said, one.expect === 'ask' ? 'not_fresh' : (CODES[one.expect] ?? 'accepted'))
    assert.equal(asked, one.expect === 'ask' ? 1 : 0)
  })
}
