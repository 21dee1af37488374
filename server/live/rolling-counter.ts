/** The growth of a running total over the last `maxSamples` samples. */
export class RollingCounter {
  readonly #maxSamples: number
  readonly #totals: number[] = []

  constructor(maxSamples: number) {
    this.#maxSamples = maxSamples
  }

  sample(total: number): void {
    if (this.#totals.push(total) > this.#maxSamples) this.#totals.shift()
  }

  /** The growth up to the current `total`, and the number of samples it covers. */
  read(total: number): { growth: number; samples: number } {
    const before = this.#totals.length < this.#maxSamples ? 0 : (this.#totals[0] ?? 0)
    return { growth: total - before, samples: this.#totals.length }
  }
}
