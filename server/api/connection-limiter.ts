/** What readers of the stream may take up. 0: no limit. */
export type StreamLimits = {
  clients: number
  clientsPerAddress: number
  /** What one reader may send. */
  messageBytes: number
  messagesPerSecond: number
}

/** Counts the readers in total and by address, and says whether there is room for one more. */
export class Occupancy {
  readonly limits: StreamLimits
  readonly #byAddress = new Map<string, number>()
  #total = 0

  constructor(limits: StreamLimits) {
    this.limits = limits
  }

  hasRoom(address: string): boolean {
    const { clients, clientsPerAddress } = this.limits
    const isFull = (count: number, limit: number) => limit > 0 && count >= limit
    return !isFull(this.#total, clients) && !isFull(this.#byAddress.get(address) ?? 0, clientsPerAddress)
  }

  /** Takes a place; returns how to give it back. */
  enter(address: string): () => void {
    this.#add(address, 1)
    return () => this.#add(address, -1)
  }

  #add(address: string, change: 1 | -1): void {
    const count = (this.#byAddress.get(address) ?? 0) + change
    this.#total += change
    if (count === 0) this.#byAddress.delete(address)
    else this.#byAddress.set(address, count)
  }
}
