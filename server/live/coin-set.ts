import { randomInt } from 'node:crypto'

const seeds = [randomInt(2 ** 32), randomInt(2 ** 32)] as const

/** A 32-bit hash of `id`. It is unpredictable outside this process. */
function hash(id: string, seed: number): number {
  let bits = seed
  for (let at = 0; at < id.length; at += 1) bits = Math.imul(bits ^ id.charCodeAt(at), 0x9e3779b1)
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  return bits ^ (bits >>> 13)
}

/**
 * The coins of a subscription. Adding and removing takes time proportional to the ids passed, not to the set size.
 * Equal sets have the same `key`, regardless of insertion order. Different sets have different keys: a key includes a
 * 64-bit sum of hashes.
 */
export class CoinSet {
  readonly #ids = new Set<string>()
  #sums: [number, number] = [0, 0]

  constructor(ids: Iterable<string> = []) {
    this.add(ids)
  }

  get size(): number {
    return this.#ids.size
  }

  get key(): string {
    return `${this.#ids.size} ${this.#sums[0]} ${this.#sums[1]}`
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }

  add(ids: Iterable<string>): void {
    for (const id of ids) {
      if (this.#ids.has(id)) continue
      this.#ids.add(id)
      this.#count(id, 1)
    }
  }

  remove(ids: Iterable<string>): void {
    for (const id of ids) if (this.#ids.delete(id)) this.#count(id, -1)
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#ids.values()
  }

  #count(id: string, sign: 1 | -1): void {
    const [a, b] = this.#sums
    this.#sums = [(a + sign * hash(id, seeds[0])) >>> 0, (b + sign * hash(id, seeds[1])) >>> 0]
  }
}
