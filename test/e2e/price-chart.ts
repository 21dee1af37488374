import type { Page } from 'playwright-core'
import { waitFor } from '../wait.ts'

/** The numbers with decimals in a text. */
export const numbers = (text: string): number[] =>
  (text.match(/[\d,]+\.\d+/g) ?? []).map((each) => Number(each.replaceAll(',', '')))

export const chart = (page: Page) => page.getByTestId('price-chart')

export const drawn = (page: Page) =>
  waitFor(async () => (await chart(page).getAttribute('data-state')) === 'ready', 'a drawn chart')

/** The rows of the data table of the chart, newest first. */
export async function readRows(page: Page): Promise<string[][]> {
  const rows = page.getByTestId('chart-data').first().locator('tbody tr')
  return (await rows.allInnerTexts()).map((row) => row.split('\t').map((cell) => cell.trim()))
}
