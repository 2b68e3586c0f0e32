import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Following } from '../dist/following.js'
import { json, platform, until } from './platform.mjs'

const ORG = 'org_01890a5d-ac96-774b-bcce-b302099a8001'
const bounded = { timeout: 20_000 }

const ended = (id, position) => ({
  organization: ORG,
  stream: ORG,
  position,
  ...(position === 0 ? {} : { previous: position - 1 }),
  subject: 'credential',
  id,
  issued_before: '2026-05-28T14:43:58Z',
  effect: 'end',
  ends_tokens: true,
  at: '2026-05-28T14:43:58Z',
})
const page = (revocations = [], more = {}) => ({
  revocations,
  unreadable: [],
  acknowledged: [],
  next: 'c0',
  more: false,
  reset: false,
  fresh: true,
  age_ms: 5,
  ...more,
})
const of = (key) => ({ id: 'jti', subject: key, organization: ORG, member: undefined, session: undefined, key, issuedAt: 0, position: 100 })

/** Pages by the function, streams kept open. */
async function feed(t, pages, follower, bound = 1_000) {
  const streams = []
  let now = 1_000
  const served = await platform(t, (asked, response) => {
    if (asked.headers.accept === 'text/event-stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(':\n\n')
      streams.push(response)
    } else {
      pages(asked, response)
    }
  })
  const following = new Following(fetch, `${served.url}/v1/revocations`, () => 'own-key', 86_400_000, bound, follower, () => now)
  t.after(() => following.close())
  return { following, streams, asked: served.asked, elapse: (ms) => (now += ms) }
}

test('what had ended before is known once it is fresh, page by page, and each goes on from the one before', bounded, async (t) => {
  const { following, asked } = await feed(t, (one, response) =>
    json(response, one.query.get('after') === null ? page([ended('key_a', 0)], { next: 'c1', more: true, reset: true }) : page([ended('key_b', 1)], { next: 'c2' })),
  )
  await until(() => following.isFresh())
  assert.equal(following.judge(of('key_a')), 'ended')
  assert.equal(following.judge(of('key_b')), 'ended')
  assert.equal(following.judge(of('key_c')), 'live')
  assert.equal(asked[1].query.get('after'), 'c1')
  assert.equal(asked[0].headers.authorization, 'Bearer own-key')
})

test('an event of the stream counts at once, in whatever pieces it comes', bounded, async (t) => {
  const { following, streams } = await feed(t, (_, response) => json(response, page()))
  await until(() => following.state.streaming)
  const text = `event: revocation\r\ndata: ${JSON.stringify(ended('key_a', 0))}\r\n\r\n`
  for (const letter of text) {
    streams[0].write(letter)
  }
  await until(() => following.judge(of('key_a')) === 'ended')
})

test('an event that can’t be read ends nothing', bounded, async (t) => {
  const { following, streams } = await feed(t, (_, response) => json(response, page()))
  await until(() => following.state.streaming)
  streams[0].write('event: revocation\ndata: nonsense\n\nevent: revocation\ndata: {}\n\n')
  streams[0].write(`event: revocation\ndata: ${JSON.stringify(ended('key_a', 0))}\n\n`)
  await until(() => following.judge(of('key_a')) === 'ended')
})

test('a stream that ended, or says nothing for as long as the bound, is opened anew', bounded, async (t) => {
  const { following, streams, elapse } = await feed(t, (_, response) => json(response, page()))
  await until(() => streams.length === 1 && following.state.streaming)
  streams[0].end()
  await until(() => streams.length === 2 && following.state.streaming)
  elapse(1_001)
  await until(() => streams.length === 3)
})

test('while pages don’t come, what is known grows old; then it is fresh again', bounded, async (t) => {
  let status = 200
  const { following, elapse, asked } = await feed(t, (_, response) => json(response, page(), status))
  await until(() => following.isFresh())
  status = 503
  const before = asked.length
  await until(() => asked.length > before + 1)
  elapse(996)
  assert.equal(following.isFresh(), false)
  status = 200
  await until(() => following.isFresh())
})

test('what hangs behind its head, is too large, or sends elsewhere is no answer, and the following goes on', bounded, async (t) => {
  const answers = [
    (response) => response.writeHead(200).write('{'),
    (response) => response.writeHead(200).end(' '.repeat(5 * 1024 * 1024)),
    (response) => response.writeHead(302, { location: '/elsewhere' }).end(),
    (response) => response.writeHead(200).end('[]'),
    (response) => response.writeHead(200).end('null'),
  ]
  const { following, asked } = await feed(t, (_, response) => (answers.shift() ?? ((one) => json(one, page())))(response))
  await until(() => following.isFresh())
  assert.equal(answers.length, 0)
  assert.deepEqual([...new Set(asked.map((one) => one.path))], ['/v1/revocations'])
})

test('who is closed asks no more and is never fresh', bounded, async (t) => {
  const { following, streams, asked } = await feed(t, (_, response) => json(response, page()))
  await until(() => following.isFresh() && streams.length === 1)
  let ended = false
  streams[0].on('close', () => (ended = true))
  following.close()
  await until(() => ended)
  assert.equal(following.isFresh(), false)
  assert.equal(following.state.streaming, false)
  assert.ok(asked.length > 1)
})

test('no bound is shorter than a second', () => {
  for (const bound of [999, 0, Number.NaN]) {
    assert.throws(() => new Following(fetch, 'http://platform', () => 'k', 1, bound, undefined, () => 0), RangeError)
  }
})

test('one that has a name says so, and acknowledges shortly what the stream has told', bounded, async (t) => {
  const { following, streams, asked } = await feed(t, (_, response) => json(response, page()), 'shop-1', 60_000)
  await until(() => following.state.streaming)
  const pages = () => asked.filter((one) => one.headers.accept === 'application/json')
  const [first] = pages()
  assert.equal(first.query.get('follower'), 'shop-1')
  assert.match(first.query.get('instance'), /^[0-9a-f-]{36}$/)
  assert.equal(first.query.get('max_staleness_ms'), '60000')
  assert.equal(asked.find((one) => one.headers.accept === 'text/event-stream').query.get('follower'), 'shop-1')
  // The questions that are due come every quarter of a minute.
  const before = pages().length
  streams[0].write(`event: revocation\ndata: ${JSON.stringify(ended('key_a', 0))}\n\n`)
  await until(() => pages().length > before)
  assert.equal(following.judge(of('key_a')), 'ended')
})

test('a name that receipts can’t show is refused', () => {
  for (const name of ['', 'a shop', 'a'.repeat(65), 'Shop']) {
    assert.throws(() => new Following(fetch, 'http://platform', () => 'k', 1, 1_000, name, () => 0), RangeError)
  }
})
