/** Periods of the map's colors. */
export const periods = ['1h', '24h', '7d', '30d'] as const
export type Period = (typeof periods)[number]

export const steps = [1, 2, 3, 4, 5, 6, 7] as const
export type Step = (typeof steps)[number]

/** Upper bounds of a neutral, a small and a medium change in percent: longer periods move more. */
const bounds: Record<Period, readonly [number, number, number]> = {
  '1h': [0.1, 0.5, 1],
  '24h': [0.5, 2, 5],
  '7d': [1, 5, 10],
  '30d': [2, 10, 25],
}

/** The step of the diverging scale of a change in percent, 1 to 7; an unknown one is neutral. */
export function toStep(pct: number | null, period: Period): Step {
  const [neutral, small, medium] = bounds[period]
  const from = [-medium, -small, -neutral, neutral, small, medium]
  return steps[from.filter((bound) => (pct ?? 0) >= bound).length] ?? 4
}

export const toStepColor = (step: Step): string => `var(--step-${step})`

/** The range of each step as a label. */
export function toStepLabels(period: Period): Record<Step, string> {
  const [neutral, small, medium] = bounds[period]
  return {
    1: `≤ −${medium}%`,
    2: `−${medium} to −${small}`,
    3: `−${small} to −${neutral}`,
    4: `±${neutral}`,
    5: `${neutral} to ${small}`,
    6: `${small} to ${medium}`,
    7: `≥ ${medium}%`,
  }
}
