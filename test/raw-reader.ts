import { connect, type Socket } from 'node:net'
import { compactProtocol } from '../contract/compact-prices.ts'

const handshake = (path: string, headers: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n${headers}\r\n`

/** Lines of a handshake that ask for compact, compressed messages. */
export const compactHeaders = `Sec-WebSocket-Protocol: ${compactProtocol}\r\nSec-WebSocket-Extensions: permessage-deflate\r\n`

/** A client frame, masked with zeros. `opcode`: 1 text, 10 pong. */
export function toClientFrame(opcode: number, payload: Buffer): Buffer {
  if (payload.length > 125) throw new Error('The payload of a client frame must have up to 125 bytes')
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), payload])
}

/**
 * A WebSocket client that is cheap enough to run by the thousand beside a measurement. `onText` gets the payload of
 * each text frame. Resolves when the server has accepted the connection.
 */
export function openRawReader(
  port: number,
  path: string,
  {
    onText,
    chunkBytes,
    headers = '',
  }: { onText: (payload: Buffer, socket: Socket) => void; chunkBytes?: number; headers?: string },
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const bounds = chunkBytes === undefined ? {} : { readableHighWaterMark: chunkBytes }
  const socket = connect({ port, host: '127.0.0.1', ...bounds })
  let rest: Buffer = Buffer.alloc(0)
  let isOpen = false
  const takeHead = (): void => {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) return
    if (!rest.subarray(0, end).includes('101')) return reject(new Error(String(rest.subarray(0, end))))
    rest = rest.subarray(end + 4)
    isOpen = true
    resolve(socket)
  }
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    if (!isOpen) takeHead()
    if (isOpen) rest = takeFrames(rest, socket, onText)
  })
  socket.on('error', reject)
  socket.on('close', () => reject(new Error('closed')))
  socket.write(handshake(path, headers))
  return promise
}

/** Reads the complete frames in `bytes` and returns the rest. */
function takeFrames(bytes: Buffer, socket: Socket, onText: (payload: Buffer, socket: Socket) => void): Buffer {
  let at = 0
  while (bytes.length - at >= 2) {
    const short = (bytes[at + 1] ?? 0) & 0x7f
    const head = short < 126 ? 2 : short === 126 ? 4 : 10
    if (bytes.length - at < head) break
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    if (bytes.length - at < head + length) break
    const opcode = (bytes[at] ?? 0) & 0x0f
    const payload = bytes.subarray(at + head, at + head + length)
    if (opcode === 1) onText(payload, socket)
    else if (opcode === 9) socket.write(toClientFrame(10, payload))
    at += head + length
  }
  return bytes.subarray(at)
}
