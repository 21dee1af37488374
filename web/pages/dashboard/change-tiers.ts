/** The seven steps of the diverging scale. `from`: lower bound of the 24h change in percent. */
export const changeTiers = [
  { from: Number.NEGATIVE_INFINITY, step: 1, label: '≤ −5%' },
  { from: -5, step: 2, label: '−5 to −2' },
  { from: -2, step: 3, label: '−2 to −0.5' },
  { from: -0.5, step: 4, label: '±0.5' },
  { from: 0.5, step: 5, label: '0.5 to 2' },
  { from: 2, step: 6, label: '2 to 5' },
  { from: 5, step: 7, label: '≥ 5%' },
] as const

/** The step of a change, 1 to 7; an unknown one is neutral. */
export const toStep = (pct: number | null): (typeof changeTiers)[number]['step'] =>
  changeTiers.findLast(({ from }) => (pct ?? 0) >= from)?.step ?? 4

/** The color of a change. */
export const toStepColor = (pct: number | null): string => `var(--step-${toStep(pct)})`
