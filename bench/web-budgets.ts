import type { Scores } from './web-lighthouse.ts'
import type { Route } from './web-pages.ts'

export type Figures = Scores & { js_kb: number; inp_ms: number }

type Budget = { limit: (route: Route) => number; atLeast?: true }

/** Pages that load the chart library. */
const withChart: readonly Route[] = ['/coins/bitcoin', '/compare']

export const budgets: Record<keyof Figures, Budget> = {
  js_kb: { limit: (route) => (withChart.includes(route) ? 246 : 186) },
  lcp_ms: { limit: (route) => (withChart.includes(route) ? 1500 : 1000) },
  tbt_ms: { limit: () => 250 },
  cls: { limit: () => 0.02 },
  inp_ms: { limit: () => 150 },
  performance: { limit: () => 90, atLeast: true },
  accessibility: { limit: () => 100, atLeast: true },
  best_practices: { limit: () => 95, atLeast: true },
  seo: { limit: () => 100, atLeast: true },
}

const names = Object.keys(budgets) as (keyof Figures)[]

/** The share of its budget that each figure of a route takes. Above 1: over budget. */
export const toUse = (route: Route, figures: Figures): Record<keyof Figures, number> => {
  const use = (name: keyof Figures) => {
    const { limit, atLeast } = budgets[name]
    return atLeast === true ? limit(route) / figures[name] : figures[name] / limit(route)
  }
  return Object.fromEntries(names.map((name) => [name, use(name)])) as Record<keyof Figures, number>
}

const show = (name: keyof Figures, value: number): string => value.toFixed(name === 'cls' ? 3 : 0)

/** The figures of a route in one line, with the budget of those that exceed it. */
export function toLine(route: Route, figures: Figures): string {
  const use = toUse(route, figures)
  const words = names.map((name) => {
    const over = use[name] > 1 ? ` (budget ${show(name, budgets[name].limit(route))})` : ''
    return `${name} ${show(name, figures[name])}${over}`
  })
  return `${route}: ${words.join(', ')}\n`
}
