import { createServer } from 'node:http'

/** A stand-in for the platform that answers as it is told to, and keeps what it was asked. */
export async function platform(t, answer) {
  const asked = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      const url = new URL(request.url, 'http://platform')
      const one = { path: url.pathname, query: url.searchParams, headers: request.headers, body: new URLSearchParams(body) }
      asked.push(one)
      answer(one, response)
    })
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${server.address().port}`, asked }
}

export function json(response, body, status = 200) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** Until it is so; a test that waits in vain is ended by the runner's own bound. */
export async function until(isSo) {
  while (!isSo()) {
    await new Promise((done) => setTimeout(done, 5))
  }
}
