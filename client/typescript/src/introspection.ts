import { BoundedHttp, type Fetch } from './bounded-http.js'
import { type Caller, callerOf } from './caller.js'
import { Refused, Unavailable } from './refusal.js'

const LARGEST_ANSWER = 256 * 1024
const AT_ONCE = 128

/** What the platform said of a credential that is good. */
export interface Active {
  readonly caller: Caller
  /** Of the organisation, that the answer reflects; -1 where it names none. */
  readonly position: number
  readonly addressBound: boolean
  /** When it ends by itself, in milliseconds since 1970. */
  readonly until: number
}

/**
 * Asks the platform (RFC 7662). Bounded in time and in how many ask at once, so that one that hangs can't take this
 * service along. Nothing is remembered: a key that was revoked a moment ago has to be refused now.
 */
export class Introspector {
  readonly #http: BoundedHttp
  readonly #url: string
  readonly #apiKey: () => string
  #asking = 0

  constructor(fetch: Fetch, url: string, apiKey: () => string, timeout: number) {
    this.#http = new BoundedHttp(fetch, timeout, LARGEST_ANSWER)
    this.#url = url
    this.#apiKey = apiKey
  }

  /**
   * @param address of the client; empty where it is unknown, which satisfies no allowlist
   * @throws Refused where the credential isn't good
   * @throws Unavailable where that can't be told
   */
  async introspect(credential: string, address: string): Promise<Active> {
    if (this.#asking >= AT_ONCE) {
      throw new Unavailable('too many are asking the platform')
    }
    this.#asking++
    try {
      const said = await this.#http.json(this.#url, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${this.#apiKey()}`,
          'content-type': 'application/x-www-form-urlencoded',
          accept: 'application/json',
        },
        body: new URLSearchParams({ token: credential, client_ip: readable(address) }).toString(),
      })
      if (said['active'] !== true) {
        throw Refused.of(typeof said['code'] === 'string' ? said['code'] : undefined)
      }
      return {
        caller: callerOf(said, address),
        position: typeof said['pos'] === 'number' ? said['pos'] : -1,
        addressBound: said['ipb'] !== false,
        until: typeof said['exp'] === 'number' ? said['exp'] * 1_000 : Number.POSITIVE_INFINITY,
      }
    } catch (error) {
      if (error instanceof TypeError) {
        throw new Unavailable("the platform's answer can't be read")
      }
      throw error
    } finally {
      this.#asking--
    }
  }
}

/** Without a port; what is no address is nobody's, which satisfies no allowlist. */
function readable(address: string): string {
  const bare =
    /^\[([0-9a-fA-F:.]+)\](?::\d+)?$/.exec(address)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(address)?.[1] ?? address
  return /^[0-9a-fA-F:.]{2,45}$/.test(bare) ? bare : ''
}
