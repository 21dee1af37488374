import { Readable, Transform } from 'node:stream'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { ImportQuery, ImportReport, maxImportBytes } from '../../../contract/portfolio-imports.ts'
import { PortfolioParams } from '../../../contract/portfolios.ts'
import { AppError } from '../../errors.ts'
import type { Db } from '../../warehouse/db.ts'
import { getPortfolio } from '../../warehouse/portfolios.ts'
import { type Authentication, getCaller, signedIn } from '../plugins/authentication.ts'
import { failures } from '../plugins/bodies.ts'
import { importFile } from '../portfolio/import.ts'

/** Passes a file on up to the maximum size. */
function limitBytes(file: Readable): Readable {
  let bytes = 0
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > maxImportBytes)
        done(new AppError('payload_too_large', `A file may have up to ${maxImportBytes / 1e6} MB. Split it.`))
      else done(null, chunk)
    },
  })
  file.on('error', (error) => limit.destroy(error))
  return file.pipe(limit)
}

/** Files of transactions, read as they arrive. */
export const portfolioImportRoutes: FastifyPluginCallbackTypebox<{ db: Db; auth: Authentication }> = (
  app,
  { db, auth },
  done,
) => {
  app.addHook('onRequest', auth.authenticate)
  app.addContentTypeParser(['text/csv', 'application/octet-stream'], (_request, payload, parsed) =>
    parsed(null, payload),
  )
  for (const isPreview of [true, false])
    app.post(
      `/portfolios/:portfolio_id/import${isPreview ? '/preview' : ''}`,
      {
        config: { costly: true },
        schema: {
          summary: isPreview
            ? 'What an import of a file would do. The body is the file, as text/csv'
            : 'Import a file of transactions: all accepted lines or nothing. The body is the file, as text/csv',
          tags: ['portfolios'],
          ...signedIn,
          params: PortfolioParams,
          querystring: ImportQuery,
          response: {
            200: ImportReport,
            ...failures(
              'bad_request',
              'unprocessable',
              'unauthorized',
              'forbidden',
              'not_found',
              'conflict',
              'payload_too_large',
            ),
          },
        },
      },
      async (request) => {
        const ref = { userId: getCaller(request).id, portfolioId: Number(request.params.portfolio_id) }
        const { id } = await getPortfolio(db, ref)
        if (!(request.body instanceof Readable))
          throw new AppError('unprocessable', 'Send the file as the body, with content-type: text/csv.')
        return importFile(db, id, limitBytes(request.body), { ...request.query, isPreview })
      },
    )
  done()
}
