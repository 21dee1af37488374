import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { ExportParams, ExportQuery } from '../../../contract/export.ts'
import { AppError } from '../../errors.ts'
import type { Db } from '../../warehouse/db.ts'
import { type ExportCursor, exportRows, exportText, listCoinsToExport } from '../../warehouse/export.ts'
import { tablesToExport } from '../../warehouse/export-tables.ts'
import { formatTypes, sendExport } from '../export-stream.ts'
import { type ApiAccess, checkReads } from '../plugins/api-access.ts'
import { failures } from '../plugins/bodies.ts'

const maxExports = 4

const exportSchema = {
  summary: 'All rows of a fact table in a range, coin by coin, oldest first. Streams, without an upper limit',
  tags: ['export'],
  params: ExportParams,
  querystring: ExportQuery,
  produces: Object.values(formatTypes).map((type) => type.split(';')[0] ?? type),
  response: failures('unprocessable', 'unauthorized', 'forbidden', 'rate_limited', 'unavailable'),
}

/** Throws `unprocessable` for a day or time that doesn't exist, such as 2026-02-30. */
function parseTime(name: string, text: string | undefined): string | null {
  if (text === undefined) return null
  const day = text.slice(0, 10)
  const at = Date.parse(text)
  const isDay = !Number.isNaN(Date.parse(day)) && new Date(Date.parse(day)).toISOString().startsWith(day)
  if (!isDay || Number.isNaN(at))
    throw new AppError('unprocessable', `${name} must be a UTC day such as 2026-01-31 or an RFC 3339 instant`)
  return new Date(at).toISOString()
}

function parseCursor(text: string | undefined): ExportCursor | null {
  if (text === undefined) return null
  const colon = text.indexOf(':')
  const coinId = Number(text.slice(0, colon))
  const time = text.slice(colon + 1)
  if (parseTime('cursor', time) === null || coinId > 2_147_483_647)
    throw new AppError('unprocessable', 'cursor must be coin_id:time of a row of this export')
  return { coinId, time }
}

/** Bulk export. */
export const exportRoutes: FastifyPluginCallbackTypebox<{ db: Db; access: ApiAccess | null }> = (
  app,
  { db, access },
  done,
) => {
  let running = 0
  checkReads(app, access, { scope: 'export' })

  app.get(
    '/export/:table',
    { exposeHeadRoute: false, config: { costly: true }, schema: exportSchema },
    async (request, reply) => {
      const { table } = request.params
      const { format, coins, ...query } = request.query
      const after = parseCursor(query.cursor)
      const [from, to] = [parseTime('from', query.from), parseTime('to', query.to)]
      if (running >= maxExports)
        throw new AppError('unavailable', `${maxExports} exports are in progress. Try again when one has finished.`)
      const ids = coins?.split(',').map((id) => id.trim()) ?? null
      const found = await listCoinsToExport(db, ids)
      if (found.length === 0 && ids !== null)
        throw new AppError('not_found', 'None of these coins is known. See GET /coins for their ids.')
      const range = { table, from, to, coins: found, after }
      running += 1
      const onEnd = () => {
        running -= 1
      }
      return sendExport(
        request,
        reply,
        {
          columns: tablesToExport[table].columns,
          text: (kind) => exportText(db, range, kind),
          rows: () => exportRows(db, range),
        },
        { format, name: table, onEnd },
      )
    },
  )
  done()
}
