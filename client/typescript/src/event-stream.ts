const LONGEST_EVENT = 64 * 1024

/** Cuts text into events (HTML, section 9.2), as it comes. */
export class EventStreamParser {
  readonly #events: (name: string, data: string) => void
  #rest = ''
  #name = ''
  #data: string[] = []
  #size = 0

  constructor(events: (name: string, data: string) => void) {
    this.#events = events
  }

  push(text: string): void {
    this.#rest += text
    // A carriage return at the end may be half of a line's end.
    const complete = this.#rest.endsWith('\r') ? this.#rest.slice(0, -1) : this.#rest
    const lines = complete.split(/\r\n|\n|\r/)
    this.#rest = (lines.pop() ?? '') + (complete === this.#rest ? '' : '\r')
    if (this.#rest.length > LONGEST_EVENT) {
      throw new RangeError('a line of the stream is too long')
    }
    lines.forEach((line) => this.#line(line))
  }

  #line(line: string): void {
    if (line === '') {
      if (this.#data.length > 0) {
        this.#events(this.#name, this.#data.join('\n'))
      }
      this.#name = ''
      this.#data = []
      this.#size = 0
    } else if (line.startsWith('event:')) {
      this.#name = line.slice(6).trim()
    } else if (line.startsWith('data:')) {
      this.#size += line.length
      if (this.#size > LONGEST_EVENT) {
        throw new RangeError('an event of the stream is too long')
      }
      this.#data.push(line.slice(5).replace(/^ /, ''))
    }
  }
}
