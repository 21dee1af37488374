import type { Page } from 'playwright-core'
import type { CorrelationMatrix, VolatilityRanking } from '../../contract/analytics.ts'
import { formatCorrelation } from '../../web/lib/format.ts'
import { Stage } from './stage.ts'

export const stage = new Stage()
const { getJson } = stage
const correlationPath = '/api/v1/analytics/correlation'
const volatilityPath = '/api/v1/analytics/volatility'

export const getMatrix = (period = 90, top = 15, exclude = true, wrapped = false) =>
  getJson<CorrelationMatrix>(
    `${correlationPath}?period_days=${period}&top_n=${top}&exclude_stablecoins=${exclude}&exclude_wrapped=${!wrapped}`,
  )
export const getRanking = (period = 90) =>
  getJson<VolatilityRanking>(
    `${volatilityPath}?period_days=${period}&top_n=50&exclude_stablecoins=true&exclude_wrapped=true`,
  )

/** The texts of a ranking, row by row. */
export const readRows = async (page: Page, name: string) =>
  (await page.getByTestId(name).locator('li').allInnerTexts()).map((row) => row.split('\n').map((cell) => cell.trim()))
/** The cells of the heatmap. */
export const readCells = (page: Page) =>
  page.evaluate<string[][]>(`[...document.querySelectorAll('[data-testid=heatmap] tbody tr')].map((row) =>
    [...row.querySelectorAll('td')].map((cell) => cell.innerText.trim()))`)
/** The expected cells of a matrix. */
export const toCells = ({ matrix }: CorrelationMatrix) =>
  matrix.map((row, i) =>
    row.map((value, j) => (value === null ? '–\nno data' : i === j ? '1' : formatCorrelation(value))),
  )
