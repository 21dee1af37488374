import { Value } from 'typebox/value'
import type { Condition, GivenCondition } from '../../../contract/alert-conditions.ts'
import { findConditionSchema } from '../../../contract/alert-conditions.ts'
import { alertTypes } from '../../../contract/alert-lists.ts'
import { AppError } from '../../errors.ts'
import { findPriceWithExtremes } from '../../warehouse/alert-inputs.ts'
import { getCoinIds } from '../../warehouse/coins.ts'
import type { Db } from '../../warehouse/db.ts'
import { getPortfolio } from '../../warehouse/portfolios.ts'
import { describeProblems } from '../problems.ts'

/** Throws `unprocessable` for a condition that doesn't match the schema of its type, and says why. */
export function checkCondition(given: unknown): void {
  if (typeof given !== 'object' || given === null)
    throw new AppError('unprocessable', 'Invalid request: condition must be an object with a type.')
  const schema = findConditionSchema('type' in given ? given.type : undefined)
  if (schema === undefined)
    throw new AppError('unprocessable', `Invalid request: condition.type must be one of ${alertTypes.join(', ')}.`)
  const problems = [...Value.Errors(schema, given)].filter(({ keyword }) => keyword !== 'boolean')
  if (problems.length > 0)
    throw new AppError(
      'unprocessable',
      `${describeProblems(problems, schema)} (of a condition of type ${String('type' in given ? given.type : '')}).`,
    )
}

/** A condition with the numeric id of its coin. Throws `not_found` for an unknown coin, and another account's portfolio. */
export async function toCondition(db: Db, userId: number, given: GivenCondition): Promise<Condition> {
  if (given.type === 'portfolio') await getPortfolio(db, { userId, portfolioId: given.portfolio_id })
  if (!('coin_id' in given)) return given
  const { coin_id } = await getCoinIds(db, String(given.coin_id))
  return { ...given, coin_id } as Condition
}

/** The state in which a condition starts: it is to be evaluated from the present price on. */
export async function findStart(db: Db, condition: Condition) {
  const armed = { state: 'armed', side: null, baseline: null, ready_at: null, observed_at: null } as const
  const isCrossing = condition.type === 'price' && condition.direction === 'crosses'
  if (!isCrossing && condition.type !== 'all_time_high' && condition.type !== 'all_time_low') return armed
  const known = await findPriceWithExtremes(db, condition.coin_id)
  if (known === null) return armed
  if (isCrossing)
    return { ...armed, side: known.price_usd >= condition.price_usd ? ('above' as const) : ('below' as const) }
  const extreme = condition.type === 'all_time_high' ? known.ath : known.atl
  const further = condition.type === 'all_time_high' ? Math.max : Math.min
  return { ...armed, baseline: further(extreme ?? known.price_usd, known.price_usd) }
}
