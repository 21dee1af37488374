/** How much a running total has grown over the last `beats` beats, or since the first. */
export class Growth {
  readonly #beats: number
  readonly #totals: number[] = []

  constructor(beats: number) {
    this.#beats = beats
  }

  beat(total: number): void {
    if (this.#totals.push(total) > this.#beats) this.#totals.shift()
  }

  /** `total` is that of now; `beats`: over how many beats it grew. */
  read(total: number): { growth: number; beats: number } {
    const before = this.#totals.length < this.#beats ? 0 : (this.#totals[0] ?? 0)
    return { growth: total - before, beats: this.#totals.length }
  }
}
