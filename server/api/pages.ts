import type { IncomingMessage, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import next from 'next'

const createNext = next as unknown as typeof next.default

export type PageHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** The request handler of the built web app. */
export async function openPages(): Promise<{ handle: PageHandler; stop(): Promise<void> }> {
  const web = createNext({ dir: fileURLToPath(new URL('../../web', import.meta.url)), dev: false, quiet: true })
  await web.prepare()
  return { handle: web.getRequestHandler(), stop: () => web.close() }
}
