// Makes vectors.json anew, with keys that nobody keeps: node make.mjs > vectors.json, in a folder beside which the
// TypeScript client's packages are installed.
import { createRequire } from 'node:module'
const { exportJWK, generateKeyPair, SignJWT } = await import(
  createRequire(new URL('../typescript/package.json', import.meta.url)).resolve('jose')
)

const ISSUER = 'https://keyledger.example'
const NOW = Date.parse('2026-05-28T14:43:58Z')
const DAY = 86_400_000

const id = (prefix, n) => `${prefix}_01890a5d-ac96-774b-bcce-b302099a8${String(n).padStart(3, '0')}`
const ORG = id('org', 1)
const OTHER = id('org', 2)
const MEMBER = id('mem', 3)
const KEY = id('key', 4)
const PERSON = id('per', 5)
const SESSION = id('ses', 6)

const eddsa = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
const es256 = await generateKeyPair('ES256', { extractable: true })
const stranger = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
const p384 = await generateKeyPair('ES384', { extractable: true })
const jwk = async (pair, kid, alg) => ({ ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' })

const session = { kind: 'member', sub: PERSON, org: ORG, slug: 'acme', mem: MEMBER, sid: SESSION, scope: 'clients.read' }
const ofKey = { kind: 'api_key', sub: KEY, org: ORG, slug: 'acme', mem: MEMBER, key_id: KEY, env: 'live', scope: 'clients.read' }

let jtis = 0
/** Changed claims that are null are left out. */
async function token(claims, { issued = NOW - 60_000, lives = 900_000, pair = eddsa, header = {} } = {}) {
  const all = {
    iss: ISSUER,
    aud: ISSUER,
    jti: `jti-${++jtis}`,
    iat: Math.floor(issued / 1_000),
    iat_ms: issued,
    exp: Math.floor((issued + lives) / 1_000),
    pos: 10,
    ...claims,
  }
  const present = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null))
  return new SignJWT(present)
    .setProtectedHeader({ alg: 'EdDSA', kid: 'ed', typ: 'at+jwt', ...header })
    .sign(pair.privateKey)
}

const at = (milliseconds) => new Date(milliseconds).toISOString()
const revocation = (subject, subjectId, more = {}) => ({
  organization: ORG,
  stream: subject === 'session' || subject === 'token' ? `sessions:${ORG}` : ORG,
  position: 12,
  previous: 9,
  subject,
  id: subjectId,
  issued_before: at(NOW),
  effect: 'end',
  ends_tokens: true,
  at: at(NOW),
  ...more,
})
const page = (revocations, more = {}) => ({
  revocations,
  unreadable: [],
  acknowledged: [],
  next: 'p.1',
  more: false,
  reset: false,
  fresh: true,
  age_ms: 200,
  ...more,
})
const told = (revocations, more) => ({ page: page(revocations, more) })
const event = (name, data) => ({ event: { name, data: JSON.stringify(data) } })
const elapse = (milliseconds) => ({ elapse_ms: milliseconds })

const cases = []
/** Steps come before the token does; `now` is the wall clock's reading at the end. */
async function it(name, expect, presented, steps = [told([])], now = NOW) {
  cases.push({ name, now: at(now), steps, token: await presented, expect })
}

// Tokens
await it('a session’s token of the first key is good', 'accepted', token(session))
await it('a key’s token of the second algorithm is good', 'accepted', token(ofKey, { pair: es256, header: { alg: 'ES256', kid: 'es' } }))
await it('the type may be written in full', 'accepted', token(session, { header: { typ: 'application/at+jwt' } }))
await it('another audience beside ours does no harm', 'accepted', token({ ...session, aud: ['https://elsewhere.example', ISSUER] }))
await it('a token of another type is none', 'invalid', token(session, { header: { typ: 'JWT' } }))
await it('a token without a type is none', 'invalid', token(session, { header: { typ: undefined } }))
await it('another issuer’s is none', 'invalid', token({ ...session, iss: 'https://elsewhere.example' }))
await it('another audience’s is none', 'invalid', token({ ...session, aud: 'https://elsewhere.example' }))
await it('one of a key that isn’t in the set is none', 'invalid', token(session, { pair: stranger, header: { kid: 'stranger' } }))
await it('one that another key signed is none', 'invalid', token(session, { pair: stranger }))
await it('one that names the other algorithm’s key is none', 'invalid', token(session, { header: { kid: 'es' } }))
await it('one that names no key is none', 'invalid', token(session, { header: { kid: undefined } }))
await it('one of an algorithm outside of the set is none', 'invalid', token(session, { pair: p384, header: { alg: 'ES384', kid: 'p384' } }))
const good = await token(session)
const [head, body, signature] = good.split('.')
const unsigned = Buffer.from(JSON.stringify({ alg: 'none', kid: 'ed', typ: 'at+jwt' })).toString('base64url')
await it('an unsigned one is none', 'invalid', `${unsigned}.${body}.`)
await it('one without its signature is none', 'invalid', `${head}.${body}.`)
// 64 bytes are 86 letters, and of the last one four bits mean nothing.
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const bent = signature.slice(0, -1) + letters[letters.indexOf(signature.at(-1)) + 1]
await it('one with another last letter that means the same bytes is none', 'invalid', `${head}.${body}.${bent}`)
await it('one with padding is none', 'invalid', `${good}==`)
await it('a member’s without a session is none', 'invalid', token({ ...session, sid: null }))
await it('a member’s whose subject is a key is none', 'invalid', token({ ...session, sub: KEY }))
await it('a key’s without the key is none', 'invalid', token({ ...ofKey, key_id: null }))
await it('a member’s of no organisation is none', 'invalid', token({ ...session, org: null }))
await it('a platform service’s is none: it presents its key', 'invalid', token({ ...ofKey, kind: 'service' }))
await it('one of an unknown kind is none', 'invalid', token({ ...session, kind: 'root' }))
await it('one without an id is none', 'invalid', token({ ...session, jti: null }))

// Clocks
await it('a token is dead at the second of its end', 'expired', token(session, { issued: NOW - 900_000 }))
await it('and alive a second before', 'accepted', token(session, { issued: NOW - 899_000 }))
await it('a clock that runs behind the issuer’s by less than a minute does no harm', 'accepted', token(session, { issued: NOW + 59_000 }))
await it('one that is further from it is believed rather than the token', 'invalid', token(session, { issued: NOW + 61_000 }))
await it('a token that lives longer than revocations reach back is asked about', 'ask', token(session, { lives: DAY + 1_000 }))
await it('a token bound to an address is asked about', 'ask', token({ ...session, ipb: true }))

// Revocations
await it('the session has ended', 'revoked', token(session), [told([revocation('session', SESSION)])])
await it('another session has ended', 'accepted', token(session), [told([revocation('session', id('ses', 7))])])
await it('the token itself has ended', 'revoked', token({ ...session, jti: 'that-one' }), [told([revocation('token', 'that-one', { expires_at: at(NOW + 900_000) })])])
await it('the key has ended, and its tokens with it', 'revoked', token(ofKey), [told([revocation('credential', KEY)])])
await it('the key has ended, and its tokens live on by policy', 'accepted', token(ofKey), [told([revocation('credential', KEY, { ends_tokens: false })])])
await it('the member was removed', 'revoked', token(session), [told([revocation('member', MEMBER)])])
await it('the creator of a key was removed: policy says what becomes of its tokens', 'ask', token(ofKey), [told([revocation('member', MEMBER)])])
await it('the member’s role changed behind the token’s position', 'ask', token(session), [told([revocation('member', MEMBER, { effect: 'recheck' })])])
await it('the issuer had applied the change when it made the token', 'accepted', token({ ...session, pos: 12 }), [told([revocation('member', MEMBER, { effect: 'recheck' })])])
await it('a token without a position is older than any change', 'ask', token({ ...session, pos: null }), [told([revocation('member', MEMBER, { effect: 'recheck' })])])
await it('the organisation was suspended', 'ask', token(session), [told([revocation('organization', ORG)])])
await it('another organisation was suspended', 'accepted', token(session), [told([revocation('organization', OTHER, { organization: OTHER, stream: OTHER })])])
await it('sessions changed before the token was issued', 'accepted', token(session, { issued: NOW }), [told([revocation('session', SESSION, { effect: 'recheck' })])])
await it('sessions changed after it', 'ask', token(session, { issued: NOW - 1 }), [told([revocation('session', SESSION, { effect: 'recheck' })])])
await it('they changed within the millisecond of its issue', 'ask', token(session, { issued: NOW }), [told([revocation('session', SESSION, { effect: 'recheck', issued_before: at(NOW).replace('Z', '000001Z') })])])
await it('an event of the stream counts at once', 'revoked', token(session), [told([]), event('revocation', revocation('session', SESSION))])
await it('an event of a later release is passed over', 'accepted', token(session), [told([]), event('weather', { sun: true })])
await it('what is told twice is told once', 'revoked', token(session), [told([revocation('session', SESSION)]), event('revocation', revocation('session', SESSION))])
await it('what has ended stays so, however old the news', 'revoked', token(session), [told([revocation('session', SESSION)]), elapse(60_000)])
await it('what ended longer ago than any token lives is forgotten', 'accepted', token({ ...session, jti: 'long-ago' }), [told([revocation('token', 'long-ago')]), elapse(DAY + 300_000), told([])])
await it('and not a moment before', 'revoked', token({ ...session, jti: 'long-ago' }), [told([revocation('token', 'long-ago')]), elapse(DAY + 299_999), told([])])

// Freshness
await it('nothing was told yet', 'ask', token(session), [])
await it('a page that is not fresh makes nothing so', 'ask', token(session), [told([], { fresh: false })])
await it('nor one whose age can’t be told', 'ask', token(session), [told([], { age_ms: null })])
await it('nor one behind which there is more', 'ask', token(session), [told([], { more: true })])
await it('a page’s age counts', 'ask', token(session), [told([], { age_ms: 10_000 })])
await it('from before the question', 'ask', token(session), [{ ...told([], { age_ms: 4_000 }), asked_ms_ago: 6_000 }])
await it('a millisecond within the bound is within it', 'accepted', token(session), [{ ...told([], { age_ms: 4_000 }), asked_ms_ago: 5_999 }])
await it('what is known grows old', 'ask', token(session), [told([]), elapse(9_800)])
await it('an older answer that comes late makes nothing older', 'accepted', token(session), [told([]), { ...told([]), asked_ms_ago: 9_000 }, elapse(5_000)])
await it('a heartbeat makes nothing fresh', 'ask', token(session), [told([]), elapse(9_800), event('heartbeat', { fresh: true, age_ms: 5 })])
await it('nor does an event', 'ask', token(session), [told([]), elapse(9_800), event('revocation', revocation('session', id('ses', 7)))])

// Gaps
await it('a gap in an organisation’s stream: its older tokens are asked about', 'ask', token(session), [told([revocation('credential', id('key', 8), { position: 5, previous: 2 }), revocation('credential', id('key', 9), { position: 12, previous: 9 })])])
await it('and none that was issued behind it', 'accepted', token({ ...session, pos: 12 }), [told([revocation('credential', id('key', 8), { position: 5, previous: 2 }), revocation('credential', id('key', 9), { position: 12, previous: 9 })])])
await it('no gap where each names the one before', 'accepted', token(session), [told([revocation('credential', id('key', 8), { position: 9, previous: 2 }), revocation('credential', id('key', 9), { position: 12, previous: 9 })])])
await it('the first that is told of a stream makes no gap', 'accepted', token(session), [told([revocation('credential', id('key', 9))])])
await it('a gap in another organisation’s is nothing to it', 'accepted', token(session), [told([revocation('credential', id('key', 8), { organization: OTHER, stream: OTHER, position: 5, previous: 2 }), revocation('credential', id('key', 9), { organization: OTHER, stream: OTHER })])])
await it('a gap in the sessions’ stream: all its sessions are asked about', 'ask', token({ ...session, pos: 99 }), [told([revocation('session', id('ses', 7), { position: 5, previous: 2 }), revocation('session', id('ses', 8))])])
await it('a record of the organisation can’t be read', 'ask', token({ ...session, pos: 99 }), [told([], { unreadable: [{ record: 'a'.repeat(64), stream: ORG }] })])
await it('one of its sessions can’t', 'ask', token({ ...session, pos: 99 }), [told([], { unreadable: [{ record: 'a'.repeat(64), stream: `sessions:${ORG}` }] })])
await it('one of anybody can’t', 'ask', token({ ...session, pos: 99 }), [told([], { unreadable: [{ record: 'a'.repeat(64) }] })])
await it('one of another organisation can’t', 'accepted', token(session), [told([], { unreadable: [{ record: 'a'.repeat(64), stream: OTHER }] })])
await it('it was acknowledged', 'accepted', token(session), [told([], { unreadable: [{ record: 'a'.repeat(64), stream: ORG }] }), told([], { acknowledged: ['a'.repeat(64)] })])

// Of whom it is told
await it('told of its own organisation alone it knows of that', 'accepted', token(session), [told([], { organization: ORG })])
await it('and of no other', 'ask', token({ ...session, org: OTHER }), [told([], { organization: ORG })])
await it('nor of an operator, who belongs to none', 'ask', token({ ...session, kind: 'operator', org: null, slug: null, mem: null }), [told([], { organization: ORG })])
await it('told of all it knows of an operator', 'accepted', token({ ...session, kind: 'operator', org: null, slug: null, mem: null }))

console.log(
  JSON.stringify(
    {
      about:
        'What a verifier that follows /v1/revocations makes of tokens. Before the token comes, each step is a page that was just asked for (or asked_ms_ago), an event of the stream, or time that goes by. accepted: without asking; invalid, expired, revoked: refused so, without asking; ask: the platform is asked.',
      issuer: ISSUER,
      longest_token_lifetime_ms: DAY,
      max_staleness_ms: 10_000,
      jwks: { keys: [await jwk(eddsa, 'ed', 'EdDSA'), await jwk(es256, 'es', 'ES256'), await jwk(p384, 'p384', 'ES384')] },
      cases,
    },
    null,
    2,
  ),
)
