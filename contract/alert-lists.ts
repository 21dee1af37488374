// Lists and limits of alerts that pages import without the schemas.

/** Maximum number of alerts per account. */
export const maxAlerts = 1000

/** Windows of a price change. */
export const changeWindows = ['5m', '15m', '1h', '4h', '24h', '7d', '30d'] as const
export type ChangeWindow = (typeof changeWindows)[number]

export const alertTypes = [
  'price',
  'change',
  'volume',
  'all_time_high',
  'all_time_low',
  'moving_average',
  'rsi',
  'portfolio',
  'job',
  'incident',
  'data_age',
  'feed',
] as const
export type AlertType = (typeof alertTypes)[number]

/** Types that are evaluated on every price of the stream. */
export const priceAlertTypes: readonly AlertType[] = ['price', 'all_time_high', 'all_time_low']

/**
 * `active`: evaluated. `snoozed`: evaluated, but can't trigger. `cooling_down`: triggered, and can again after the
 * cool-down. `rearming`: triggered, and waits until the condition is false by the margin. `triggered`: triggered once and
 * ended. `expired`: ended by its expiry. `off`: turned off.
 */
export const alertStates = ['active', 'snoozed', 'cooling_down', 'rearming', 'triggered', 'expired', 'off'] as const
export type AlertState = (typeof alertStates)[number]

export const maxAlertChannels = 20
export const maxAlertNote = 500
export const maxAverageDays = 365
export const minCoolDownMinutes = 1
export const maxCoolDownMinutes = 43_200
export const rsiDays = 14
export const volumeDays = 30
