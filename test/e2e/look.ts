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

/** Is something wider than the screen? `innerWidth` would not tell: on a phone it grows with the page. */
export const scrollsSideways = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth')
