import { BoundedHttp, chunks, type Fetch } from './bounded-http.js'
import { EventStreamParser } from './event-stream.js'
import { Unavailable } from './refusal.js'
import type { Monotonic } from './remembering.js'
import type { TokenTraits, Verdict } from './revocation-view.js'
import { ToldRevocations } from './told-revocations.js'

/** A page has a thousand revocations of some hundred bytes. */
const LARGEST_PAGE = 4 * 1024 * 1024
const SHORTEST_BOUND = 1_000

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
 * counted from before the question, by monotonic time.
 */
export class Following {
  readonly #fetch: Fetch
  readonly #pages: BoundedHttp
  readonly #url: string
  readonly #apiKey: () => string
  readonly #maxStaleness: number
  readonly #now: Monotonic
  readonly #told: ToldRevocations
  #next: string | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #stream: Stream | undefined
  #closed = false

  /**
   * @param longestToken the longest life of an access token, in milliseconds
   * @param maxStaleness how old what is known may be until the platform is asked again, in milliseconds, 1,000 at least
   * @throws RangeError for a shorter bound
   */
  constructor(
    fetch: Fetch,
    url: string,
    apiKey: () => string,
    longestToken: number,
    maxStaleness: number,
    now: Monotonic,
  ) {
    if (!(maxStaleness >= SHORTEST_BOUND)) {
      throw new RangeError("revocations can't be known closer than to a second")
    }
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
    this.#stream?.abort()
  }

  async #round(): Promise<void> {
    try {
      await this.#readPages()
      this.#keepStreaming()
    } catch {
      // Until one can be read again, what is known grows old, and the platform is asked.
    }
    if (!this.#closed) {
      this.#timer = setTimeout(() => void this.#round(), this.#maxStaleness / 4)
      // It keeps no process alive. Not every runtime's timers are objects.
      const timer: unknown = this.#timer
      if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function') {
        timer.unref()
      }
    }
  }

  async #readPages(): Promise<void> {
    for (let more = true, begun = false; more && !this.#closed; ) {
      const askedAt = this.#now()
      const page = await this.#pages.json(this.#address('limit=1000'), this.#request('application/json'))
      const place = this.#told.page(page, askedAt, begun)
      this.#next = place.next
      ;({ more, begun } = place)
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
  }

  #address(limit: string): string {
    const after = this.#next === undefined ? '' : `after=${encodeURIComponent(this.#next)}`
    const query = [after, limit].filter((one) => one !== '').join('&')
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
