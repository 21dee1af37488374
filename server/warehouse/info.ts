import type { Mode } from '../../contract/units.ts'
import { AppError } from '../errors.ts'
import type { Db } from './db.ts'

/** The mode that this warehouse was first filled in; undefined while it is new. */
export async function findMode(db: Db): Promise<Mode | undefined> {
  const row = await db.selectFrom('warehouse_info').select('value').where('key', '=', 'mode').executeTakeFirst()
  return row?.value === 'live' || row?.value === 'demo' ? row.value : undefined
}

/** Makes the warehouse remember its mode. Throws when it holds the data of the other one. */
export async function claimMode(db: Db, mode: Mode): Promise<void> {
  await db
    .insertInto('warehouse_info')
    .values({ key: 'mode', value: mode })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const held = await findMode(db)
  if (held !== mode)
    throw new AppError(
      'conflict',
      `This database holds ${held} data and CRYPTOFLOW_MODE asks for ${mode}: set CRYPTOFLOW_MODE=${held}, or name another database`,
    )
}
