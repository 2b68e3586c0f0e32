// The four systems' published samples, as a TypeScript SDK sends them: one client with a base URL and default headers,
// which it puts on every call, sign-in and refresh included; fields of its own beside the published ones; a cookie jar
// as a browser has one; times read by the form that the text gives. Nothing but the base URL is ours. The credentials
// come by the environment; a line of JSON says what each sample came to.
import { createHmac } from 'node:crypto'

const { BASE_URL, NOW_MS } = process.env
const given = JSON.parse(process.env.GIVEN)

class Sdk {
  constructor(defaults = {}) {
    this.headers = {
      Accept: 'application/json, text/plain, */*',
      'Content-Type': 'application/json',
      'User-Agent': 'published-sdk/1.4.2 node/20',
      'X-Sdk-Version': '1.4.2',
      ...defaults,
    }
    this.cookies = new Map()
  }

  async call(method, path, body) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(BASE_URL + path, {
      method,
      headers: { ...this.headers, ...(cookie && path.endsWith('/token/refresh') ? { Cookie: cookie } : {}) },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
      this.cookies.set(name, value)
    }
    const text = await answer.text()
    return { status: answer.status, body: text ? JSON.parse(text) : null }
  }

  get(path) {
    return this.call('GET', path)
  }

  post(path, body) {
    return this.call('POST', path, body)
  }

  bearer(token) {
    this.headers.Authorization = `Bearer ${token}`
  }
}

const isTime = (text, fraction) =>
  new RegExp(`^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d${fraction}Z$`).test(text) && !Number.isNaN(Date.parse(text))

// RFC 6238, as an authenticator shows it.
function code(secret, atMs) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(atMs / 30_000)))
  const mac = createHmac('sha1', key).update(step).digest()
  const offset = mac.at(-1) & 15
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

const samples = {
  async incard({ key }) {
    const sdk = new Sdk({ Authorization: 'Bearer of-yesterday' })
    const exchange = async () => {
      const { status, body } = await sdk.post('/auth/v1/sandbox/token', { api_key: key, sdk: 'typescript' })
      sdk.bearer(body.access_token)
      return { status, fields: Object.keys(body), millis: isTime(body.expires_at, '\\.\\d{3}') }
    }
    const first = await exchange()
    const companies = await sdk.get('/developer/companies')
    // With the token of before as its default header, as a client that runs for days does.
    const second = await exchange()
    return { first, second, companies: companies.status, again: (await sdk.get('/developer/companies')).status }
  },

  async incrm({ email, password }) {
    const sdk = new Sdk({ Authorization: 'Bearer of-yesterday' })
    const signIn = await sdk.post('/api/v1/auth/sign-in', { email, password, rememberMe: true })
    sdk.bearer(signIn.body.data.accessToken)
    const refresh = await sdk.post('/api/v1/auth/token/refresh')
    sdk.bearer(refresh.body.data.accessToken)
    const made = await sdk.post('/api/v1/api-key', { name: 'website', scopes: ['clients.read', 'creditNotes.read'] })
    const { key, keyPrefix, scopes, createdAt } = made.body.data
    const byHeader = new Sdk({ 'X-Api-Key': key })
    const byBearer = new Sdk({ Authorization: `Bearer ${key}` })
    return {
      signIn: signIn.status,
      tokens: Object.keys(signIn.body.data),
      refresh: refresh.status,
      made: made.status,
      prefix: key.startsWith(keyPrefix) && keyPrefix.startsWith('incrm_'),
      scopes,
      millis: isTime(createdAt, '\\.\\d{3}'),
      clients: [await byHeader.get('/api/v1/client'), await byBearer.get('/api/v1/client')].map(({ status }) => status),
      logout: (await sdk.post('/api/v1/auth/logout')).status,
      after: (await sdk.get('/api/v1/client')).body.error.code,
      refreshAfter: (await sdk.post('/api/v1/auth/token/refresh')).body.error.code,
    }
  },

  async syncgram({ email, password, totp }) {
    const sdk = new Sdk({ Authorization: 'Bearer of-yesterday' })
    const login = await sdk.post('/api/v1/auth/login', { email, password, device: 'server' })
    const tokens = await sdk.post('/api/v1/auth/login/verify', {
      challenge: login.body.challenge,
      code: code(totp, Number(NOW_MS)),
    })
    sdk.bearer(tokens.body.access_token)
    const refreshed = await sdk.post('/auth/refresh', { refresh_token: tokens.body.refresh_token })
    const again = await sdk.post('/api/v1/auth/refresh', { refresh_token: refreshed.body.refresh_token })
    sdk.bearer(again.body.access_token)
    const asked = { key_name: 'Production Server', expires_in_days: 365, idempotency_key: 'create-1', env: 'live' }
    const made = await sdk.post('/api/v1/auth/api-keys', asked)
    const retried = await sdk.post('/api/v1/auth/api-keys', asked)
    const server = new Sdk({ Authorization: `Bearer ${made.body.key}` })
    const payments = await server.get('/api/v1/payments')
    const listed = await sdk.get('/api/v1/auth/api-keys')
    const revoked = await sdk.post(`/api/v1/auth/api-keys/${made.body.api_key_id}/revoke`)
    return {
      login: login.status,
      tokens: tokens.status,
      refreshed: [refreshed.status, again.status],
      made: made.status,
      fields: Object.keys(made.body),
      seconds: [made.body.created_at, made.body.expires_at, listed.body.keys[0].created_at].every((t) => isTime(t, '')),
      same: JSON.stringify(made.body) === JSON.stringify(retried.body),
      payments: [payments.status, (await sdk.get('/api/v1/payments')).status],
      revoked: revoked.body.status,
      dead: (await server.get('/api/v1/payments')).status,
    }
  },

  async octopus({ username, password }) {
    const sdk = new Sdk({ Authorization: 'Bearer of-yesterday' })
    const login = await sdk.post('/auth/login', { username, password, client: 'typescript' })
    sdk.bearer(login.body.access_token)
    const products = await sdk.get('/api/v1/products')
    const refreshed = await sdk.post('/auth/login/refresh', { refresh_token: login.body.refresh_token })
    sdk.bearer(refreshed.body.access_token)
    return {
      login: login.status,
      fields: Object.keys(login.body),
      products: products.status,
      refreshed: refreshed.status,
      again: (await sdk.get('/api/v1/products')).status,
      loginAgain: (await sdk.post('/auth/login', { username, password })).status,
    }
  },
}

const said = {}
for (const [name, credentials] of Object.entries(given)) {
  said[name] = await samples[name](credentials)
}
console.log(JSON.stringify(said))
