import { Unavailable } from './refusal.js'

export type Fetch = typeof globalThis.fetch

/**
 * One HTTP exchange that is bounded as a whole: in time from the connection to the body's last byte, and in the body's
 * size. No redirect is followed: it would take the service's own key along.
 */
export class BoundedHttp {
  readonly #fetch: Fetch
  readonly #timeout: number
  readonly #largestBody: number

  /**
   * @param timeout of one exchange, in milliseconds
   * @param largestBody in bytes
   */
  constructor(fetch: Fetch, timeout: number, largestBody: number) {
    this.#fetch = fetch
    this.#timeout = timeout
    this.#largestBody = largestBody
  }

  /**
   * @returns the answer's body, of status 200
   * @throws Unavailable when there is none in time, another status, or one that is too large or no JSON object
   */
  async json(url: string, request: RequestInit): Promise<Readonly<Record<string, unknown>>> {
    try {
      const signal = AbortSignal.timeout(this.#timeout)
      const answer = await this.#fetch(url, { ...request, redirect: 'manual', signal })
      if (answer.status !== 200) {
        await answer.body?.cancel()
        throw new Unavailable(`the platform answers ${answer.status}`)
      }
      const read: unknown = JSON.parse(await this.#body(answer))
      if (typeof read !== 'object' || read === null) {
        throw new Unavailable("the platform's answer can't be read")
      }
      return read as Readonly<Record<string, unknown>>
    } catch (error) {
      if (error instanceof Unavailable) {
        throw error
      }
      // What failed names no more than its kind: a message might hold what was sent.
      throw new Unavailable(`the platform doesn't answer: ${error instanceof Error ? error.name : 'Error'}`)
    }
  }

  async #body(answer: Response): Promise<string> {
    const decoder = new TextDecoder()
    let text = ''
    let size = 0
    for await (const chunk of chunks(answer)) {
      size += chunk.byteLength
      if (size > this.#largestBody) {
        throw new Unavailable("the platform's answer is too large")
      }
      text += decoder.decode(chunk, { stream: true })
    }
    return text + decoder.decode()
  }
}

/** A body's bytes as they come. Not every runtime lets a stream itself be iterated. */
export async function* chunks(answer: Response): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = answer.body?.getReader()
  if (reader === undefined) {
    return
  }
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      yield read.value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
