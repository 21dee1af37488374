import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/**
 * The accessibility rules that a page breaks, each with the first element that breaks it. Legacy mode runs axe in the
 * page itself: several times faster, and complete on pages without cross-origin frames.
 */
export async function findViolations(page: Page, { only }: { only?: string } = {}): Promise<[string, string][]> {
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })
  const { violations } = await (only === undefined ? axe : axe.withRules(only)).analyze()
  return violations.map(({ id, nodes }) => [id, nodes[0]?.html ?? ''])
}

const overflow = `(() => {
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
 * Overflowing elements: of a page wider than the screen, and beyond the edge of a panel, which clips them. Content of a
 * scrolling area does not count. `innerWidth` is no measure: on a phone it grows with the page.
 */
export const findOverflow = (page: Page): Promise<string[]> => page.evaluate<string[]>(overflow)
