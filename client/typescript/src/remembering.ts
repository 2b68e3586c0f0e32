/** Milliseconds of a clock that nobody sets, such as `performance.now`. */
export type Monotonic = () => number

const SWEPT_EVERY = 60_000

/** Keeps each entry for a time of its own. Never bounded by size: what it forgot would come back to life. */
export class Remembering<V> {
  readonly #entries = new Map<string, { value: V; until: number }>()
  readonly #now: Monotonic
  #sweptAt: number

  constructor(now: Monotonic) {
    this.#now = now
    this.#sweptAt = now()
  }

  get(key: string | undefined): V | undefined {
    const entry = key === undefined ? undefined : this.#entries.get(key)
    return entry !== undefined && this.#now() < entry.until ? entry.value : undefined
  }

  put(key: string, value: V, milliseconds: number): void {
    this.#sweep()
    this.#entries.set(key, { value, until: this.#now() + milliseconds })
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  /** All that is kept. */
  values(): V[] {
    const now = this.#now()
    return [...this.#entries.values()].filter((entry) => now < entry.until).map((entry) => entry.value)
  }

  /** How many are kept, some of which may have been over for less than a minute. */
  count(): number {
    this.#sweep()
    return this.#entries.size
  }

  #sweep(): void {
    const now = this.#now()
    if (now - this.#sweptAt < SWEPT_EVERY) {
      return
    }
    this.#sweptAt = now
    for (const [key, entry] of this.#entries) {
      if (now >= entry.until) {
        this.#entries.delete(key)
      }
    }
  }
}
