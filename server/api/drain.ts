import { once } from 'node:events'
import type { Server } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { setImmediate, setTimeout } from 'node:timers/promises'

const lookEveryMs = 25
const shortTurnMs = 0.2
const quietTurns = 2
const strictForMs = 500
const quietWithinMs = 3000

/** What a connection has under way, and how many bytes had come when its last answer was out. */
type Use = { pending: number; bytesAtRest: number }

const isIdle = ({ bytesRead }: Socket, { pending, bytesAtRest }: Use): boolean =>
  pending === 0 && bytesRead === bytesAtRest

/**
 * Returns right after turns of the event loop that were short and brought no connection: what the kernel had for us is
 * accepted and read, and only what comes in this fraction of a millisecond would be reset by closing now.
 */
async function awaitQuiet(server: Server): Promise<void> {
  let came = false
  const note = () => {
    came = true
  }
  server.on('connection', note)
  const began = performance.now()
  for (let quiet = 0; quiet < quietTurns && performance.now() - began < quietWithinMs; ) {
    came = false
    const from = performance.now()
    await setImmediate()
    const now = performance.now()
    const isShort = now - from < shortTurnMs || now - began > strictForMs
    quiet = !came && isShort ? quiet + 1 : 0
  }
  server.off('connection', note)
}

/**
 * Watches the connections of a server, so that it can stop without losing a request. `finish` lets no new connection in
 * once those that wait are accepted, closes each kept one when its answer is out, and resolves when none is left, or after
 * `withinMs`. A connection that has not sent its first request yet may still do so.
 */
export function watchConnections(server: Server): { finish(withinMs: number): Promise<void> } {
  const uses = new Map<Socket, Use>()
  server.on('request', ({ socket }, response) => {
    const use = uses.get(socket) ?? { pending: 0, bytesAtRest: 0 }
    use.pending += 1
    if (!uses.has(socket)) socket.once('close', () => uses.delete(socket))
    uses.set(socket, use)
    response.once('close', () => {
      use.pending -= 1
      use.bytesAtRest = socket.bytesRead
    })
  })
  return {
    finish: async (withinMs) => {
      if (!server.listening) return
      const latest = performance.now() + withinMs
      await awaitQuiet(server)
      const closed = once(server, 'close')
      NetServer.prototype.close.call(server)
      let open = true
      closed.then(() => {
        open = false
      })
      while (open && performance.now() < latest) {
        for (const [socket, use] of uses) if (isIdle(socket, use)) socket.destroy()
        await Promise.race([closed, setTimeout(lookEveryMs)])
        await awaitQuiet(server)
      }
    },
  }
}
