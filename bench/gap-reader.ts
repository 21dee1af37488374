import WebSocket from 'ws'

/** Reads the price stream of a port. Reports the gaps between messages in ms to its parent on request. */
const socket = new WebSocket(`ws://127.0.0.1:${process.argv[2]}/api/v1/ws/prices`)
let last = Number.NaN
let gaps: number[] = []
socket.on('message', (data) => {
  if (!String(data).startsWith('{"type":"price_update"')) return
  const now = performance.now()
  if (!Number.isNaN(last)) gaps.push(now - last)
  last = now
})
socket.on('open', () => process.send?.('open'))
process.on('message', () => {
  process.send?.(gaps)
  gaps = []
})
process.on('disconnect', () => process.exit())
