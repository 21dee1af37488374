import type { Mode } from '../../contract/units.ts'
import { AppError } from '../errors.ts'
import type { Db } from './db.ts'

/** The mode of the data in this warehouse; undefined while it is empty. */
export async function findMode(db: Db): Promise<Mode | undefined> {
  const row = await db.selectFrom('warehouse_info').select('value').where('key', '=', 'mode').executeTakeFirst()
  return row?.value === 'live' || row?.value === 'demo' ? row.value : undefined
}

/** Stores the mode of the warehouse. Throws `conflict` when it holds data of the other mode. */
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
      `This database holds ${held} data, but CRYPTOFLOW_MODE is ${mode}. Set CRYPTOFLOW_MODE=${held} or use another database.`,
    )
}
