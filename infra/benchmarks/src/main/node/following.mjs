// Services that embed the TypeScript client: as FollowingProgram, which says what comes in and goes out.
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const { Keyledger } = await import(pathToFileURL(process.argv[2]))
const lines = createInterface({ input: process.stdin })
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const watched = new Map()
let followers = []

async function begin(line) {
  const [issuer, url, apiKey, count] = line.split(' ')
  followers = Array.from(
    { length: Number(count) },
    (_, i) => new Keyledger({ issuer, url, apiKey, follow: true, maxStaleness: 5_000, follower: `node-${i}` }),
  )
  while (!followers.every((one) => one.followed.fresh && one.followed.streaming)) {
    await pause(1)
  }
  console.log('ready')
  void watch()
}

async function refuses(follower, token) {
  try {
    await follower.authenticate(token)
    return false
  } catch (refusal) {
    return refusal.status === 401
  }
}

async function watch() {
  for (;;) {
    for (const [word, one] of watched) {
      for (const i of [...one.left]) {
        if (await refuses(followers[i], one.token)) {
          one.left.delete(i)
          console.log(`${word} ${i}`)
        }
      }
      if (one.left.size === 0) {
        watched.delete(word)
      }
    }
    await pause(1)
  }
}

let begun = false
lines.on('line', (line) => {
  if (!begun) {
    begun = true
    void begin(line)
    return
  }
  const [word, token] = line.split(' ')
  watched.set(word, { token, left: new Set(followers.keys()) })
})
lines.on('close', () => process.exit(0))
