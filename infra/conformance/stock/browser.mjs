// Chromium on pages of two local ports, and a front before the platform that sees what goes over the wire: preflights
// and cookies included, of which a page is told nothing. A line of JSON in says what to do on which page; a line out
// says what the page saw ("seen") and what went over the wire meanwhile ("wire").
import { createServer, request } from 'node:http'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'

const { CHROMIUM, PLATFORM, PORTS } = process.env

const wire = []

// The platform, as browsers see it. Nothing is changed on the way.
const platform = new URL(PLATFORM)
const front = createServer((asked, answer) => {
  const { method, url: path, headers } = asked
  if (path === '/favicon.ico') {
    // The browser's own idea, no page's.
    answer.writeHead(404).end()
    return
  }
  const forwarded = request({ host: platform.hostname, port: platform.port, method, path, headers }, async (answered) => {
    const body = Buffer.concat(await answered.toArray())
    wire.push({
      method,
      path,
      asked: headers,
      status: answered.statusCode,
      answered: answered.headers,
      body: body.toString(),
    })
    answer.writeHead(answered.statusCode, answered.rawHeaders)
    answer.end(body)
  })
  forwarded.on('error', (error) => {
    console.error(`${method} ${path}: ${error}`)
    answer.destroy()
  })
  asked.pipe(forwarded)
})

const listening = (server, port) => new Promise((done) => server.listen(port, '127.0.0.1', () => done(server.address().port)))

for (const port of PORTS.split(',')) {
  const page = createServer((asked, answer) => {
    answer.writeHead(200, { 'Content-Type': 'text/html' })
    answer.end('<!doctype html><title>A page</title>')
  })
  await listening(page, Number(port))
}
const frontPort = await listening(front, 0)
const api = `http://localhost:${frontPort}`

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  headless: true,
  args: [
    ...(process.getuid() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-quic',
    '--no-first-run',
    '--no-proxy-server',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
let profile = await browser.newContext()

// A deed that takes longer is stuck.
const PATIENCE_MS = 20_000
const late = (deed) =>
  new Promise((_, reject) => setTimeout(() => reject(new Error(`${deed} is not done after ${PATIENCE_MS} ms`)), PATIENCE_MS).unref())

async function onPage(origin, act) {
  const page = await profile.newPage()
  try {
    await page.goto(`${origin}/`)
    return await act(page)
  } finally {
    await page.close()
  }
}

const deeds = {
  // What a script of that origin's page gets to know of an answer.
  fetch: ({ origin, path, options }) =>
    onPage(origin, (page) =>
      page.evaluate(
        async ([url, how]) => {
          try {
            const answer = await fetch(url, how)
            const text = await answer.text()
            return { status: answer.status, body: text ? JSON.parse(text) : null, cookies: document.cookie }
          } catch (error) {
            return { blocked: `${error.name}: ${error.message}` }
          }
        },
        [api + path, options],
      ),
    ),

  // A form that sends itself, as a hostile page's would: no script of the platform's, no preflight.
  submit: ({ origin, path, enctype, fields }) =>
    onPage(origin, async (page) => {
      const sent = page.waitForResponse((answer) => answer.url() === api + path)
      await page.evaluate(
        ([action, encoding, values]) => {
          const form = document.createElement('form')
          Object.assign(form, { method: 'post', action, enctype: encoding })
          for (const [name, value] of Object.entries(values)) {
            form.append(Object.assign(document.createElement('input'), { name, value }))
          }
          document.body.append(form)
          // Not at once: the page that would have to say that it was done is gone by then.
          form.submit()
        },
        [api + path, enctype, fields],
      )
      const status = (await sent).status()
      // A page that is on its way to another can't be closed.
      await page.waitForURL(api + path)
      return { status }
    }),

  // What the browser has kept, scripts' eyes or not.
  cookies: () => profile.cookies(api + '/api/v1/auth/token/refresh'),

  // Another person's browser, so to say.
  fresh: async () => {
    await profile.close()
    profile = await browser.newContext()
    return {}
  },
}

console.log(JSON.stringify({ ready: true, version: browser.version() }))
for await (const line of createInterface({ input: process.stdin })) {
  const { deed, ...rest } = JSON.parse(line)
  wire.length = 0
  let seen
  try {
    seen = await Promise.race([deeds[deed](rest), late(deed)])
  } catch (error) {
    seen = { failed: String(error) }
  }
  console.log(JSON.stringify({ seen, wire }))
}
await browser.close()
process.exit()
