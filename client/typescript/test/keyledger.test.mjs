import assert from 'node:assert/strict'
import { test } from 'node:test'
import { belongsTo, isKeySecret, Keyledger, KEY_SECRET, may, Refused } from '../dist/index.js'
import { json, platform } from './platform.mjs'

const SECRET = secretOf('sk_test')
const bounded = { timeout: 20_000 }

function secretOf(prefix) {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  const start = `${prefix}_0${'aB3'.repeat(15).slice(0, 43)}`
  // CRC-32 bit by bit, apart from the client's own.
  let crc = ~0
  for (const byte of Buffer.from(start)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  let rest = ~crc >>> 0
  let check = ''
  for (let i = 0; i < 6; i++) {
    check = digits[rest % 62] + check
    rest = Math.floor(rest / 62)
  }
  return start + check
}

const refusal = (promise) => promise.then(() => assert.fail('it was accepted'), (error) => (assert.ok(error instanceof Refused), error))

async function asking(t, answer, options = {}) {
  const served = await platform(t, answer)
  return { ...served, keyledger: new Keyledger({ issuer: served.url, apiKey: 'own-key', timeout: 300, ...options }) }
}

const active = {
  active: true,
  kind: 'api_key',
  sub: 'key_1',
  org: 'org_1',
  slug: 'acme',
  key_id: 'key_1',
  env: 'test',
  scope: 'clients.read clients.write',
}

test('a secret’s form and checksum are known without asking', async (t) => {
  assert.ok(isKeySecret(SECRET))
  assert.equal(KEY_SECRET.exec(`token="${SECRET}"`)?.[0], SECRET)
  const last = SECRET.at(-1) === 'a' ? 'b' : 'a'
  for (const junk of ['', 'sk_test', SECRET.slice(0, -1), SECRET.slice(0, -1) + last, SECRET + 'a', SECRET.toUpperCase()]) {
    assert.equal(isKeySecret(junk), false, junk)
  }
  const { keyledger, asked } = await asking(t, (_, response) => json(response, active))
  assert.equal((await refusal(keyledger.authenticate('junk'))).code, 'invalid_credential')
  assert.equal(asked.length, 0)
})

test('a key is asked about, and its caller is who the platform says', bounded, async (t) => {
  const { keyledger, asked } = await asking(t, (_, response) => json(response, active))
  const caller = await keyledger.authenticate({ 'x-api-key': SECRET }, '[2001:db8::1]:443')
  assert.ok(may(caller, 'clients.read') && !may(caller, 'clients.delete'))
  assert.ok(belongsTo(caller, 'acme') && belongsTo(caller, 'org_1') && !belongsTo(caller, 'org_2'))
  assert.equal(asked[0].path, '/oauth2/introspect')
  assert.equal(asked[0].headers.authorization, 'Bearer own-key')
  assert.equal(asked[0].body.get('token'), SECRET)
  assert.equal(asked[0].body.get('client_ip'), '2001:db8::1')
})

test('what is no address is nobody’s', bounded, async (t) => {
  const { keyledger, asked } = await asking(t, (_, response) => json(response, active))
  for (const [given, sent] of [['unknown', ''], ['', ''], ['192.0.2.1:5555', '192.0.2.1'], ['192.0.2.1', '192.0.2.1'], ['a&token=b', '']]) {
    await keyledger.authenticate(SECRET, given)
    assert.equal(asked.at(-1).body.get('client_ip'), sent)
  }
})

test('the platform’s refusals are told as they are, and what it can’t tell is 503', bounded, async (t) => {
  const answers = [
    [{ active: false }, 401, 'invalid_credential'],
    [{ active: false, code: 'revoked' }, 401, 'credential_revoked'],
    [{ active: false, code: 'expired' }, 401, 'credential_expired'],
    [{ active: false, code: 'key_suspended' }, 401, 'credential_suspended'],
    [{ active: false, code: 'wrong_environment' }, 401, 'wrong_environment'],
    [{ active: false, code: 'ip_not_allowed' }, 403, 'ip_not_allowed'],
    [{ active: false, code: 'organization_suspended' }, 403, 'organization_suspended'],
    [{ active: 'true' }, 401, 'invalid_credential'],
    [{ active: true }, 503, 'not_fresh'],
    [[], 401, 'invalid_credential'],
  ]
  let now
  const { keyledger } = await asking(t, (_, response) => json(response, now))
  for (const [answer, status, code] of answers) {
    now = answer
    const refused = await refusal(keyledger.authenticate(SECRET))
    assert.deepEqual([refused.status, refused.code], [status, code], JSON.stringify(answer))
  }
})

test('no answer in time, a redirect or another status is 503, and names no secret', bounded, async (t) => {
  const answers = [
    () => undefined,
    (response) => response.writeHead(200).write('{"active":'),
    (response) => response.writeHead(302, { location: '/elsewhere' }).end(),
    (response) => json(response, active, 401),
    (response) => response.destroy(),
  ]
  const { keyledger, asked } = await asking(t, (_, response) => answers.shift()(response))
  while (answers.length > 0) {
    const refused = await refusal(keyledger.authenticate(SECRET))
    assert.deepEqual([refused.status, refused.code, refused.headers['retry-after']], [503, 'not_fresh', '1'])
    assert.ok(!`${refused.stack}${JSON.stringify(refused)}`.includes(SECRET))
  }
  assert.ok(asked.every((one) => one.path === '/oauth2/introspect'))
})

test('one credential is presented, in one place', bounded, async (t) => {
  const { keyledger } = await asking(t, (_, response) => json(response, active))
  const code = async (headers) => (await refusal(keyledger.authenticate(headers))).code
  assert.equal(await code({}), 'unauthenticated')
  assert.equal(await code({ authorization: 'Basic abc' }), 'unauthenticated')
  assert.equal(await code({ authorization: 'Bearer ' }), 'unauthenticated')
  assert.equal(await code({ authorization: `Bearer ${SECRET}`, 'x-api-key': SECRET }), 'multiple_credentials')
  assert.equal(await code({ authorization: [`Bearer ${SECRET}`, `Bearer ${SECRET}`] }), 'multiple_credentials')
  const twice = new Headers({ authorization: `Bearer ${SECRET}` })
  twice.append('authorization', `Bearer ${SECRET}`)
  assert.equal(await code(twice), 'multiple_credentials')
  assert.equal((await keyledger.authenticate(new Headers({ Authorization: `bearer ${SECRET}` }))).key, 'key_1')
  assert.equal((await keyledger.authenticate({ Authorization: `Bearer ${SECRET}` })).key, 'key_1')
})

test('a host takes credentials of its own environments', bounded, async (t) => {
  const { url, keyledger } = await asking(t, (_, response) => json(response, active))
  const live = new Keyledger({ issuer: url, apiKey: 'own-key', environments: ['live'] })
  assert.equal((await refusal(live.authenticate(SECRET))).code, 'wrong_environment')
  assert.equal((await keyledger.authenticate(SECRET)).environment, 'test')
})

test('a service without a key of its own doesn’t start', () => {
  assert.throws(() => new Keyledger({ issuer: 'https://keyledger.example', apiKey: ' ' }), TypeError)
  assert.throws(() => new Keyledger({ issuer: 'keyledger', apiKey: 'k' }), TypeError)
  assert.throws(() => new Keyledger({ issuer: 'https://k.example', apiKey: 'k', follow: true, maxStaleness: 10 }), RangeError)
})

test('while signing keys can’t be had, a token is 503, and an invented kid is refused without a storm', bounded, async (t) => {
  let status = 503
  const { keyledger, asked } = await asking(t, (_, response) => json(response, { keys: [] }, status))
  const part = (json) => Buffer.from(JSON.stringify(json)).toString('base64url')
  const token = (kid) => `${part({ alg: 'EdDSA', typ: 'at+jwt', kid })}.${part({})}.${'A'.repeat(86)}`
  assert.equal((await refusal(keyledger.authenticate(token('a')))).code, 'not_fresh')
  status = 200
  for (let i = 0; i < 20; i++) {
    assert.equal((await refusal(keyledger.authenticate(token(`invented-${i}`)))).code, 'invalid_credential')
  }
  assert.ok(asked.length < 5, `${asked.length} fetches`)
})
