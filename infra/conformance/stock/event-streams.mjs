// A follower by the `eventsource` package: a line in with the path of a feed,
// and for each event that it tells a line of JSON out.
import { createInterface } from 'node:readline'
import { EventSource } from 'eventsource'

const { KEYLEDGER_URL, API_KEY } = process.env
const NAMES = ['revocation', 'event', 'snapshot', 'heartbeat']
const fetching = (url, init) => fetch(url, { ...init, headers: { ...init.headers, 'X-Api-Key': API_KEY } })

console.log(JSON.stringify({ ready: true }))
for await (const path of createInterface({ input: process.stdin })) {
  const source = new EventSource(KEYLEDGER_URL + path, { fetch: fetching })
  source.addEventListener('error', ({ code, message }) => console.log(JSON.stringify({ path, name: 'error', code, message })))
  source.addEventListener('open', () => console.log(JSON.stringify({ path, name: 'open' })))
  for (const name of NAMES) {
    source.addEventListener(name, ({ data, lastEventId }) =>
      console.log(JSON.stringify({ path, name, id: lastEventId, data: JSON.parse(data) })),
    )
  }
}
process.exit(0)
