import type { Caller } from './caller.js'
import { couldBeGood, type Credential } from './credential.js'
import type { Active } from './introspection.js'
import { Refused, Unavailable } from './refusal.js'
import { type Monotonic, Remembering } from './remembering.js'
import type { TokenTraits, Verdict } from './revocation-view.js'
import type { AccessToken, WallClock } from './tokens.js'

/** What is known of revocations, by whatever channel it comes. */
export interface Revocations {
  /** Whether {@link judge} may be relied on now. */
  isFresh(): boolean
  judge(token: TokenTraits): Verdict
}

/** Of a service that follows nothing. */
export const UNKNOWN: Revocations = { isFresh: () => false, judge: () => 'recheck' }

/** What decides about a credential, each by one question. */
export interface Parts {
  readonly verifier: { verify(compact: string): Promise<AccessToken> }
  readonly revocations: Revocations
  readonly introspector: { introspect(credential: string, address: string): Promise<Active> }
  /** A token that lives longer is older than the revocations known here may be; in milliseconds. */
  readonly longestToken: number
  /** That the host stands for; `undefined` where it takes all. */
  readonly environments: readonly string[] | undefined
  readonly clock: WallClock
  readonly monotonic: Monotonic
}

const KEPT = 60_000
const KEPT_AT_MOST = 10_000

/**
 * Verifies signed tokens here and asks the platform about everything that only it can know: keys, opaque tokens, tokens
 * bound to an address, tokens that something has changed for, and all of them while the revocations known here are stale.
 */
export class LocalAuthenticator {
  readonly #parts: Parts
  readonly #rechecked: Remembering<Active>

  constructor(parts: Parts) {
    this.#parts = parts
    this.#rechecked = new Remembering(parts.monotonic)
  }

  /**
   * @throws Refused with the answer's status, code and headers; 503 where it can't be told now
   */
  async authenticate(credential: Credential, address: string): Promise<Caller> {
    if (!couldBeGood(credential)) {
      throw Refused.invalid()
    }
    const caller = await this.#callerOf(credential, address).catch((error: unknown) => {
      throw error instanceof Unavailable ? Refused.notFresh() : error
    })
    // A platform service serves every environment, whichever its own key is in.
    if (
      caller.kind !== 'service' &&
      caller.environment !== undefined &&
      this.#parts.environments?.includes(caller.environment) === false
    ) {
      throw Refused.wrongEnvironment()
    }
    return caller
  }

  async #callerOf(credential: Credential, address: string): Promise<Caller> {
    if (credential.kind !== 'signed') {
      return this.#asked(credential, address)
    }
    const token = await this.#parts.verifier.verify(credential.text)
    const verdict = this.#parts.revocations.judge(token.traits)
    // What has ended has done so for ever, however old the news.
    if (verdict === 'ended') {
      throw Refused.revoked()
    }
    if (!this.#parts.revocations.isFresh() || token.addressBound || token.lifetime > this.#parts.longestToken) {
      return this.#asked(credential, address)
    }
    return verdict === 'live' ? token.callerAt(address) : this.#recheck(credential, token, address)
  }

  async #asked(credential: Credential, address: string): Promise<Caller> {
    return (await this.#parts.introspector.introspect(credential.text, address)).caller
  }

  /**
   * An answer is kept for up to a minute, together with the position that it reflects: it counts as the same token issued
   * anew at that position, so that the next change has it asked for again.
   */
  async #recheck(credential: Credential, token: AccessToken, address: string): Promise<Caller> {
    const name = `${token.traits.id} ${address}`
    const before = this.#rechecked.get(name)
    if (before !== undefined && this.#parts.clock() < before.until) {
      const verdict = this.#parts.revocations.judge({ ...token.traits, position: before.position })
      if (verdict === 'live') {
        return before.caller
      }
      if (verdict === 'ended') {
        throw Refused.revoked()
      }
    }
    const now = await this.#parts.introspector.introspect(credential.text, address)
    if (now.position >= 0 && !now.addressBound && this.#rechecked.count() < KEPT_AT_MOST) {
      this.#rechecked.put(name, now, KEPT)
    }
    return now.caller
  }
}
