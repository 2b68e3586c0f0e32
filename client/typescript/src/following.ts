import { BoundedHttp, chunks, type Fetch } from './bounded-http.js'
import { EventStreamParser } from './event-stream.js'
import { Unavailable } from './refusal.js'
import type { Monotonic } from './remembering.js'
import type { TokenTraits, Verdict } from './revocation-view.js'
import { ToldRevocations } from './told-revocations.js'

/** A page has a thousand revocations of some hundred bytes. */
const LARGEST_PAGE = 4 * 1024 * 1024
const SHORTEST_BOUND = 1_000

/** Who relies on what it was told for longer is in no receipt. */
const LONGEST_NAMED = 60_000

/** Within which what was told is acknowledged. */
const SHORTLY = 50

/** How it stands about following what has ended, for a service's health and metrics. */
export interface Followed {
  /** Whether tokens are verified here now; otherwise the platform is asked about each. */
  readonly fresh: boolean
  /** How old what is known may be, in milliseconds; infinite while nothing is. */
  readonly ageMs: number
  /** Whether news come by a stream now, and not by the next page alone. */
  readonly streaming: boolean
}

/**
 * Follows `GET /v1/revocations`: by a stream, so that an end is known within milliseconds, and by pages, so that it is
 * known how old that knowledge may be. A page is asked for four times within the bound; what it says of its age is
 * counted from before the question, by monotonic time. One that has a name is named in receipts, with an instance of
 * this process: what it was told it acknowledges by the next question, which it asks shortly after.
 */
export class Following {
  readonly #fetch: Fetch
  readonly #pages: BoundedHttp
  readonly #url: string
  readonly #apiKey: () => string
  readonly #maxStaleness: number
  readonly #now: Monotonic
  readonly #told: ToldRevocations
  readonly #named: string
  #asking = false
  #prompted: ReturnType<typeof setTimeout> | undefined
  #next: string | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #stream: Stream | undefined
  #closed = false

  /**
   * @param longestToken the longest life of an access token, in milliseconds
   * @param maxStaleness how old what is known may be until the platform is asked again, in milliseconds, 1,000 at least
   * @param follower what receipts call it: a-z, 0-9 and -, at most 64; `undefined` for one that is in none
   * @throws RangeError for a shorter bound, or another name
   */
  constructor(
    fetch: Fetch,
    url: string,
    apiKey: () => string,
    longestToken: number,
    maxStaleness: number,
    follower: string | undefined,
    now: Monotonic,
  ) {
    if (!(maxStaleness >= SHORTEST_BOUND)) {
      throw new RangeError("revocations can't be known closer than to a second")
    }
    if (follower !== undefined && !/^[a-z0-9-]{1,64}$/.test(follower)) {
      throw new RangeError("a follower's name is of a-z, 0-9 and -, at most 64")
    }
    this.#named =
      follower === undefined || maxStaleness > LONGEST_NAMED
        ? ''
        : `follower=${follower}&instance=${crypto.randomUUID()}&max_staleness_ms=${Math.floor(maxStaleness)}`
    this.#fetch = fetch
    this.#url = url
    this.#apiKey = apiKey
    this.#maxStaleness = maxStaleness
    this.#now = now
    // One that is lost leaves time for another.
    this.#pages = new BoundedHttp(fetch, maxStaleness / 4, LARGEST_PAGE)
    this.#told = new ToldRevocations(longestToken, maxStaleness, now)
    void this.#round()
  }

  get state(): Followed {
    return { fresh: this.isFresh(), ageMs: this.#told.age(), streaming: this.#stream?.open ?? false }
  }

  isFresh(): boolean {
    return !this.#closed && this.#told.isFresh()
  }

  judge(token: TokenTraits): Verdict {
    return this.#told.judge(token)
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    clearTimeout(this.#prompted)
    this.#stream?.abort()
  }

  async #round(): Promise<void> {
    await this.#ask()
    if (!this.#closed) {
      this.#timer = later(this.#maxStaleness / 4, () => void this.#round())
    }
  }

  /** One at a time: two would each go on from the other's place. */
  async #ask(): Promise<void> {
    if (this.#asking || this.#closed) {
      return
    }
    this.#asking = true
    try {
      await this.#readPages()
      this.#keepStreaming()
    } catch {
      // Until one can be read again, what is known grows old, and the platform is asked.
    } finally {
      this.#asking = false
    }
  }

  /** What was told now is acknowledged by a question, and not only by the one that is due. */
  #acknowledgeShortly(): void {
    if (this.#named !== '' && this.#prompted === undefined && !this.#closed) {
      this.#prompted = later(SHORTLY, () => {
        this.#prompted = undefined
        if (this.#asking) {
          this.#acknowledgeShortly()
        } else {
          void this.#ask()
        }
      })
    }
  }

  async #readPages(): Promise<void> {
    for (let more = true, begun = false; more && !this.#closed; ) {
      const askedAt = this.#now()
      const page = await this.#pages.json(this.#address('limit=1000'), this.#request('application/json'))
      const place = this.#told.page(page, askedAt, begun)
      this.#next = place.next
      ;({ more, begun } = place)
      if (place.news) {
        this.#acknowledgeShortly()
      }
    }
  }

  #keepStreaming(): void {
    const open = this.#stream
    if (open !== undefined && !open.over && this.#now() - open.heardAt <= this.#maxStaleness) {
      return
    }
    open?.abort()
    if (!this.#closed) {
      this.#stream = new Stream(this.#now, (stream) => this.#read(stream))
    }
  }

  async #read(stream: Stream): Promise<void> {
    const { signal } = stream
    const answer = await this.#fetch(this.#address(''), {
      ...this.#request('text/event-stream'),
      redirect: 'manual',
      signal,
    })
    if (answer.status !== 200) {
      await answer.body?.cancel()
      throw new Unavailable(`the platform answers ${answer.status}`)
    }
    const decoder = new TextDecoder()
    const parser = new EventStreamParser((name, data) => this.#hear(name, data))
    for await (const chunk of chunks(answer)) {
      stream.hear()
      parser.push(decoder.decode(chunk, { stream: true }))
    }
  }

  #hear(name: string, data: string): void {
    try {
      this.#told.event(name, data)
    } catch {
      // The next page tells the same.
    }
    if (name === 'revocation') {
      this.#acknowledgeShortly()
    }
  }

  #address(limit: string): string {
    const after = this.#next === undefined ? '' : `after=${encodeURIComponent(this.#next)}`
    const query = [after, limit, this.#named].filter((one) => one !== '').join('&')
    return query === '' ? this.#url : `${this.#url}?${query}`
  }

  #request(accept: string): RequestInit {
    return { headers: { authorization: `Bearer ${this.#apiKey()}`, accept } }
  }
}

/** One stream; opened anew once it has ended or been silent. What it missed comes with the next page. */
class Stream {
  readonly #abort = new AbortController()
  readonly #now: Monotonic
  heardAt: number
  open = false
  over = false

  constructor(now: Monotonic, read: (stream: Stream) => Promise<void>) {
    this.#now = now
    this.heardAt = now()
    read(this)
      .catch(() => undefined)
      .finally(() => {
        this.over = true
        this.open = false
      })
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  hear(): void {
    this.heardAt = this.#now()
    this.open = true
  }

  abort(): void {
    this.#abort.abort()
  }
}

/** Keeps no process alive. */
function later(milliseconds: number, task: () => void): ReturnType<typeof setTimeout> {
  const timer = setTimeout(task, milliseconds)
  // Not every runtime's timers are objects.
  const maybe: unknown = timer
  if (typeof maybe === 'object' && maybe !== null && 'unref' in maybe && typeof maybe.unref === 'function') {
    maybe.unref()
  }
  return timer
}
