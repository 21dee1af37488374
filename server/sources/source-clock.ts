import { type ClockReport, unknownClock } from '../../contract/clock.ts'
import { minuteMs } from '../../contract/time.ts'
import type { Clock } from '../clock.ts'

const toleranceMs = 2000
const limitMs = 5 * minuteMs
const minTicks = 5
const maxTicks = 15
const renewMs = 500
const stepMs = 1000
/** A `Date` header is truncated to seconds. */
const dateMs = 1000

/** `elapsed` is monotonic time in ms. Without it, clock changes are not detected. */
type LocalClock = Clock & { elapsed?: () => number }

/**
 * The time by the clocks of the sources: the local time, corrected by its offset if that is above 2 s. Measures the
 * offset from source times of ticks and `Date` headers of HTTP responses. Setting the local clock back doesn't change
 * `now`, because monotonic time shows the step. Offsets are in ms. A positive offset means the local clock is ahead.
 */
export class SourceClock implements Clock {
  readonly #local: LocalClock
  /** Local time minus monotonic time. */
  #wallOffset: number | null = null
  /** Local time minus source time of the last ticks. Delays only increase it, so the lowest common value counts. */
  #delays: number[] = []
  #byTicks: number | null = null
  #byDate: { min: number; max: number } | null = null
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

  /** Records the arrival of a tick with source time `sourceAt` (ms since 1970). */
  noteTick(sourceAt: number): void {
    const delay = this.#readLocal() - sourceAt
    this.#delays = [...this.#delays, delay].slice(-maxTicks)
    if (this.#delays.length < minTicks) return
    this.#byTicks = findShared(this.#delays) ?? this.#byTicks
    this.#renew()
  }

  /** Call it when a request starts, and the returned function with the response headers. */
  timeRequest(): (headers: Headers) => void {
    const sentAt = this.#readLocal()
    return (headers) => {
      const age = Number(headers.get('age') ?? 0) * 1000
      const date = Date.parse(headers.get('date') ?? '') + (Number.isFinite(age) ? age : 0)
      if (Number.isNaN(date)) return
      this.#byDate = { min: sentAt - date - dateMs, max: this.#readLocal() - date }
      this.#renew()
    }
  }

  /** Whether the offset is too large to correct. */
  get isRefusing(): boolean {
    this.#readLocal()
    return Math.abs(this.#offset ?? 0) > limitMs
  }

  report(): ClockReport {
    this.#readLocal()
    if (this.#offset === null) return unknownClock
    const offset_ms = Math.round(this.#offset)
    if (!this.#isOff) return { state: 'right', offset_ms, problem: null }
    const off = `This machine's clock is ${formatDuration(Math.abs(offset_ms))} ${offset_ms < 0 ? 'behind' : 'ahead'}`
    return this.isRefusing
      ? {
          state: 'refusing',
          offset_ms,
          problem: `${off}. Live prices are rejected until it is correct. Turn on NTP to set it.`,
        }
      : { state: 'corrected', offset_ms, problem: `${off}. Live prices are corrected for it. Turn on NTP to set it.` }
  }

  get #isOff(): boolean {
    return Math.abs(this.#offset ?? 0) > toleranceMs
  }

  /**
   * A response can't arrive before it is created, so `max` is always valid. `min` can be wrong for a response from a
   * proxy cache, so it doesn't override newer ticks.
   */
  #renew(): void {
    if (this.#byTicks === null && this.#byDate === null) return
    const { min, max } = this.#byDate ?? { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY }
    const floor = this.#byTicks === null ? min : Math.min(min, 0)
    const found = Math.max(floor, Math.min(this.#byTicks ?? 0, max))
    if (this.#offset === null || Math.abs(found - this.#offset) > renewMs) this.#offset = found
  }

  /** The local time. Detects clock steps: one back shifts the offset, one ahead resets it because it may be a sleep. */
  #readLocal(): number {
    const now = this.#local.now()
    if (this.#local.elapsed === undefined) return now
    const wallOffset = now - this.#local.elapsed()
    const step = wallOffset - (this.#wallOffset ?? wallOffset)
    this.#wallOffset = wallOffset
    if (step <= -stepMs) this.#shift(step)
    else if (step >= stepMs) this.#forget()
    return now
  }

  #shift(step: number): void {
    this.#delays = []
    if (this.#byTicks !== null) this.#byTicks += step
    if (this.#byDate !== null) this.#byDate = { min: this.#byDate.min + step, max: this.#byDate.max + step }
    if (this.#offset !== null) this.#offset += step
  }

  #forget(): void {
    this.#delays = []
    this.#byTicks = null
    this.#byDate = null
    this.#offset = null
  }
}

/** The lowest delay of a majority that lies within 2 s. Null if there is none. */
function findShared(delays: readonly number[]): number | null {
  const sorted = [...delays].sort((a, b) => a - b)
  const enough = Math.floor(sorted.length / 2) + 1
  return sorted.find((lowest, at) => (sorted[at + enough - 1] ?? Infinity) - lowest <= toleranceMs) ?? null
}

function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`
}
