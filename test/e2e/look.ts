import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/**
 * The rules of accessibility that a page breaks as it stands, each with the first part that breaks it. `legacy` runs axe
 * in the page itself: several times faster, and whole where there are no frames of others.
 */
export async function findViolations(page: Page, { only }: { only?: string } = {}): Promise<[string, string][]> {
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  const { violations } = await (only === undefined ? axe : axe.withRules(only)).analyze()
  return violations.map(({ id, nodes }) => [id, nodes[0]?.html ?? ''])
}

const stickOut = `(() => {
  const page = document.documentElement
  const isKept = (part, frame) => {
    for (let box = part.parentElement; box !== frame; box = box.parentElement)
      if (box === null || getComputedStyle(box).overflowX !== 'visible') return true
    return false
  }
  const listOut = (frame, left, right) =>
    [...frame.querySelectorAll('table, tr, ul, li, p, h1, h2, dd, span, button, select, input, a')].filter((part) => {
      const box = part.getBoundingClientRect()
      return box.width > 1 && (box.right > right + 1 || box.left < left - 1) && !isKept(part, frame)
    })
  const tell = (where, parts) => where + ': ' + parts.slice(0, 3).map((part) => part.tagName + ' ' + part.textContent.slice(0, 40)).join(', ')
  const found = [...document.querySelectorAll('.panel')].flatMap((panel) => {
    const { left, right } = panel.getBoundingClientRect()
    const out = listOut(panel, left, right)
    return out.length === 0 ? [] : [tell(panel.querySelector('h2')?.textContent ?? 'a panel', out)]
  })
  const wider = page.scrollWidth - page.clientWidth
  return wider > 0 ? [...found, tell('the page, by ' + wider + ' px', listOut(page, 0, page.clientWidth))] : found
})()`

/**
 * What does not fit: the page when it is wider than the screen, and what reaches over the edge of its panel, where it is cut
 * off. A place that scrolls keeps what is in it. `innerWidth` would not tell: on a phone it grows with the page.
 */
export const findWhatSticksOut = (page: Page): Promise<string[]> => page.evaluate<string[]>(stickOut)
