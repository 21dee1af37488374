/** Limits of the price stream. 0: no limit. */
export type StreamLimits = {
  clients: number
  clientsPerAddress: number
  /** The largest message a client may send. */
  messageBytes: number
  messagesPerSecond: number
}

/** Limits the clients of the price stream, in total and by address. */
export class ConnectionLimiter {
  readonly limits: StreamLimits
  readonly #byAddress = new Map<string, number>()
  #total = 0

  constructor(limits: StreamLimits) {
    this.limits = limits
  }

  hasCapacity(address: string): boolean {
    const { clients, clientsPerAddress } = this.limits
    const isFull = (count: number, limit: number) => limit > 0 && count >= limit
    return !isFull(this.#total, clients) && !isFull(this.#byAddress.get(address) ?? 0, clientsPerAddress)
  }

  /** Counts a client and returns the function that releases it. */
  acquire(address: string): () => void {
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
