// Spans of time in milliseconds.

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** Time between two snapshots. */
export const tickMs = 10 * minuteMs

/** The UTC day of an instant (ms since 1970): `2026-11-24`. */
export const toUtcDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** Whether a text is an existing day written `2026-01-31`. */
export const isUtcDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && toUtcDay(Date.parse(text)) === text
