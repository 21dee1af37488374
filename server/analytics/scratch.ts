/** Numbers that are needed for the length of one call: making a new array for each costs more than the arithmetic on it. */
export class Scratch {
  #numbers = new Float64Array(0)

  /** An array of `length` numbers of any value, until the next call of this. */
  take(length: number): Float64Array {
    if (this.#numbers.length < length) this.#numbers = new Float64Array(2 * length)
    return this.#numbers.subarray(0, length)
  }
}
