import { type ClockReport, unknownClock } from '../../contract/clock.ts'
import { minuteMs } from '../../contract/time.ts'
import type { Clock } from '../clock.ts'

const toleranceMs = 2000
const limitMs = 5 * minuteMs
const fewestTicks = 5
const mostTicks = 15
const renewMs = 500
const stepMs = 1000
/** A `Date` header is cut to whole seconds. */
const dateMs = 1000

/** A clock, and the time since some instant on one that nobody sets; without that, steps of the clock are not noticed. */
type LocalClock = Clock & { elapsed?: () => number }

/**
 * The time by the clocks of the sources: that of this machine, less what it is found to be off by when that is over 2 s.
 * Ticks show it by when they were made and when they arrive, answers over HTTP by their `Date`. It does not jump when the
 * machine's clock is set back, since the time that has passed is known. Offsets in ms; positive: this machine is ahead.
 */
export class SourceClock implements Clock {
  readonly #local: LocalClock
  #lead: number | null = null
  /** Local time less the source's, of the last ticks. Delays only add to the offset, so the lowest that many share counts. */
  #delays: number[] = []
  #byTicks: number | null = null
  #byDate: { least: number; most: number } | null = null
  #offset: number | null = null

  constructor(local: LocalClock) {
    this.#local = local
  }

  now(): number {
    const local = this.#readLocal()
    return this.#isOff ? local - (this.#offset ?? 0) : local
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#local.sleep(ms, signal)
  }

  /** A tick arrives now that its source made at `sourceAt`, in ms since 1970. */
  noteTick(sourceAt: number): void {
    const delay = this.#readLocal() - sourceAt
    this.#delays = [...this.#delays, delay].slice(-mostTicks)
    if (this.#delays.length < fewestTicks) return
    this.#byTicks = findShared(this.#delays) ?? this.#byTicks
    this.#renew()
  }

  /** Begins a request; the answer is called with its headers when they are there. */
  timeRequest(): (headers: Headers) => void {
    const sentAt = this.#readLocal()
    return (headers) => {
      const age = Number(headers.get('age') ?? 0) * 1000
      const date = Date.parse(headers.get('date') ?? '') + (Number.isFinite(age) ? age : 0)
      if (Number.isNaN(date)) return
      this.#byDate = { least: sentAt - date - dateMs, most: this.#readLocal() - date }
      this.#renew()
    }
  }

  /** Is it off by more than is corrected? */
  get isRefusing(): boolean {
    this.#readLocal()
    return Math.abs(this.#offset ?? 0) > limitMs
  }

  report(): ClockReport {
    this.#readLocal()
    if (this.#offset === null) return unknownClock
    const offset_ms = Math.round(this.#offset)
    if (!this.#isOff) return { state: 'right', offset_ms, problem: null }
    const off = `This machine's clock is ${toWords(Math.abs(offset_ms))} ${offset_ms < 0 ? 'behind' : 'ahead'}`
    return this.isRefusing
      ? { state: 'refusing', offset_ms, problem: `${off}. Live prices are refused until you set it: turn on NTP.` }
      : { state: 'corrected', offset_ms, problem: `${off}. Live prices are corrected for it. Turn on NTP to set it.` }
  }

  get #isOff(): boolean {
    return Math.abs(this.#offset ?? 0) > toleranceMs
  }

  /**
   * An answer cannot come before it was made, so `most` holds always. `least` may be that of an answer kept by a proxy, and
   * then says nothing against ticks that are younger.
   */
  #renew(): void {
    if (this.#byTicks === null && this.#byDate === null) return
    const { least, most } = this.#byDate ?? { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY }
    const floor = this.#byTicks === null ? least : Math.min(least, 0)
    const found = Math.max(floor, Math.min(this.#byTicks ?? 0, most))
    if (this.#offset === null || Math.abs(found - this.#offset) > renewMs) this.#offset = found
  }

  /** The machine's time. A step of it is noticed here: one back is known for what it is, one ahead may be a sleep. */
  #readLocal(): number {
    const now = this.#local.now()
    if (this.#local.elapsed === undefined) return now
    const lead = now - this.#local.elapsed()
    const step = lead - (this.#lead ?? lead)
    this.#lead = lead
    if (step <= -stepMs) this.#shift(step)
    else if (step >= stepMs) this.#forget()
    return now
  }

  #shift(step: number): void {
    this.#delays = []
    if (this.#byTicks !== null) this.#byTicks += step
    if (this.#byDate !== null) this.#byDate = { least: this.#byDate.least + step, most: this.#byDate.most + step }
    if (this.#offset !== null) this.#offset += step
  }

  #forget(): void {
    this.#delays = []
    this.#byTicks = null
    this.#byDate = null
    this.#offset = null
  }
}

/** The lowest delay that most of the others are within 2 s above; null when they do not agree. */
function findShared(delays: readonly number[]): number | null {
  const sorted = [...delays].sort((a, b) => a - b)
  const enough = Math.floor(sorted.length / 2) + 1
  return sorted.find((lowest, at) => (sorted[at + enough - 1] ?? Infinity) - lowest <= toleranceMs) ?? null
}

function toWords(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`
}
