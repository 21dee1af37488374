import type { Levels } from './levels.ts'

type Entry = { id: number; level: number }

const none: readonly number[] = []

/** Where to insert into a list that `isBefore` sorts. */
function findPlace(list: readonly Entry[], isBefore: (entry: Entry) => boolean): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const entry = list[middle]
    if (entry !== undefined && isBefore(entry)) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Alerts by the value at which each must be looked at. A value takes only those that it reaches: they are at the ends of
 * two sorted lists, so the cost is that of the alerts reached, whatever the number held.
 */
export class PriceIndex {
  /** Reached from below: the lowest level last. */
  readonly #rising: Entry[] = []
  /** Reached from above: the highest level last. */
  readonly #falling: Entry[] = []
  readonly #levels = new Map<number, Levels>()

  get size(): number {
    return this.#levels.size
  }

  add(id: number, levels: Levels): void {
    this.remove(id)
    this.#levels.set(id, levels)
    const { up, down } = levels
    if (up < Number.POSITIVE_INFINITY)
      this.#rising.splice(
        findPlace(this.#rising, ({ level }) => level > up),
        0,
        { id, level: up },
      )
    if (down > Number.NEGATIVE_INFINITY)
      this.#falling.splice(
        findPlace(this.#falling, ({ level }) => level < down),
        0,
        { id, level: down },
      )
  }

  remove(id: number): void {
    const levels = this.#levels.get(id)
    if (levels === undefined) return
    this.#levels.delete(id)
    const { up, down } = levels
    drop(this.#rising, id, up, (level) => level > up)
    drop(this.#falling, id, down, (level) => level < down)
  }

  #isReached(value: number): boolean {
    const [up, down] = [this.#rising.at(-1), this.#falling.at(-1)]
    return (up !== undefined && value >= up.level) || (down !== undefined && value <= down.level)
  }

  /** Removes and returns the alerts that a value reaches. */
  take(value: number): readonly number[] {
    if (!this.#isReached(value)) return none
    const ids: number[] = []
    for (let last = this.#rising.at(-1); last !== undefined && value >= last.level; last = this.#rising.at(-1)) {
      this.#rising.pop()
      ids.push(last.id)
    }
    for (let last = this.#falling.at(-1); last !== undefined && value <= last.level; last = this.#falling.at(-1)) {
      this.#falling.pop()
      ids.push(last.id)
    }
    for (const id of ids) this.remove(id)
    return ids
  }
}

/** Removes the entry of an alert from the list that `isBefore` sorts, if it is there. */
function drop(list: Entry[], id: number, level: number, isBefore: (level: number) => boolean): void {
  for (let at = findPlace(list, (entry) => isBefore(entry.level)); list[at]?.level === level; at += 1)
    if (list[at]?.id === id) {
      list.splice(at, 1)
      return
    }
}
