import { type Fetch } from './bounded-http.js'
import type { Caller } from './caller.js'
import { credentialIn, credentialOf, type PresentedHeaders } from './credential.js'
import { type Followed, Following } from './following.js'
import { Introspector } from './introspection.js'
import { LocalAuthenticator, UNKNOWN } from './local-authenticator.js'
import { Refused } from './refusal.js'
import type { Monotonic } from './remembering.js'
import { signingKeys, TokenVerifier, type WallClock } from './tokens.js'

/** Times are in milliseconds. */
export interface Options {
  /** The platform's base URL, as access tokens name it. */
  readonly issuer: string
  /** Of this service: a platform service's key, or one of an organisation's own with `keys.verify`. */
  readonly apiKey: string
  /** Where the platform is reached, if not through the issuer. */
  readonly url?: string
  /** Whether what has ended is followed, so that signed tokens are verified here; `false`. */
  readonly follow?: boolean
  /** What receipts call this service where it follows: a-z, 0-9 and -, at most 64; `follower`. */
  readonly follower?: string
  /** For how long what is known of that is relied on; 10,000, and 1,000 at least. */
  readonly maxStaleness?: number
  /** How far back followed revocations reach, 24 hours; a longer-lived token is asked about. */
  readonly longestTokenLifetime?: number
  /** Of one question, body included; 2,000. */
  readonly timeout?: number
  /** Environments that this host stands for; of all others a credential is refused. All, where it isn't given. */
  readonly environments?: readonly string[]
  readonly fetch?: Fetch
  readonly clock?: WallClock
  readonly monotonic?: Monotonic
}

/**
 * Lets Keyledger decide who may call this service. Signed tokens are verified here while it is known, closely enough,
 * what has ended; the platform is asked about everything that only it can know: keys, opaque tokens, tokens bound to an
 * address, tokens that something has changed for, and all of them while that knowledge is stale or none is followed.
 */
export class Keyledger {
  readonly #following: Following | undefined
  readonly #authenticator: LocalAuthenticator

  /**
   * @throws TypeError for an issuer that is no URL, or an empty key
   * @throws RangeError for a bound on staleness below a second, or a follower's name that receipts can't show
   */
  constructor(options: Options) {
    if (options.apiKey.trim() === '') {
      throw new TypeError('without a key of its own a service can ask nothing')
    }
    const base = new URL(options.url ?? options.issuer).href.replace(/\/$/, '')
    const fetch = options.fetch ?? globalThis.fetch
    const timeout = options.timeout ?? 2_000
    const monotonic = options.monotonic ?? (() => performance.now())
    const apiKey = () => options.apiKey
    const clock = options.clock ?? (() => Date.now())
    const longestToken = options.longestTokenLifetime ?? 24 * 3_600_000
    this.#following =
      options.follow === true
        ? new Following(
            fetch,
            `${base}/v1/revocations`,
            apiKey,
            longestToken,
            options.maxStaleness ?? 10_000,
            options.follower ?? 'follower',
            monotonic,
          )
        : undefined
    this.#authenticator = new LocalAuthenticator({
      verifier: new TokenVerifier(
        options.issuer,
        signingKeys(`${base}/.well-known/jwks.json`, fetch, timeout, monotonic),
        clock,
      ),
      revocations: this.#following ?? UNKNOWN,
      introspector: new Introspector(fetch, `${base}/oauth2/introspect`, apiKey, timeout),
      longestToken,
      environments: options.environments,
      clock,
      monotonic,
    })
  }

  /** How it stands about following what has ended; `undefined` where nothing is followed. */
  get followed(): Followed | undefined {
    return this.#following?.state
  }

  /**
   * @param presented a request's headers, or the credential itself
   * @param address of the client; empty where it is unknown, which satisfies no allowlist
   * @throws Refused with the answer's status, code and headers; 503 where it can't be told now
   */
  async authenticate(presented: PresentedHeaders | string, address = ''): Promise<Caller> {
    const credential = typeof presented === 'string' ? credentialOf(presented) : credentialIn(presented)
    if (credential === undefined) {
      throw Refused.missing()
    }
    return this.#authenticator.authenticate(credential, address)
  }

  /** Ends the following. */
  close(): void {
    this.#following?.close()
  }
}
