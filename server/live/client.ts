import type { WebSocket } from 'ws'
import type { Hub, Reader } from './hub.ts'

const maxBufferedBytes = 1024 * 1024
const pingMs = 20_000
const tryAgainLater = 1013

/**
 * Serves the price stream to one socket. A slow reader is not queued for: it misses frames and gets a fresh snapshot
 * once it has drained. One that answers no ping is cut.
 */
export function serveClient(socket: WebSocket, hub: Hub): void {
  let behind = false
  let answered = true
  const reader: Reader = {
    onFrame(frame, snapshot) {
      if (socket.readyState !== socket.OPEN) return
      if (socket.bufferedAmount > maxBufferedBytes) behind = true
      else if (behind && socket.bufferedAmount === 0) {
        behind = false
        socket.send(snapshot(), { binary: false })
      } else if (!behind) socket.send(frame, { binary: false })
    },
  }
  const remove = hub.add(reader)
  const ping = setInterval(() => {
    if (answered) {
      answered = false
      socket.ping()
      return
    }
    socket.close(tryAgainLater, 'too slow')
    socket.terminate()
  }, pingMs)
  socket.on('pong', () => {
    answered = true
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    clearInterval(ping)
    remove()
  })
}
