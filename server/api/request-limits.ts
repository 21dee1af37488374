import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { FastifyServerOptions } from 'fastify'
import { type ErrorBody, type ErrorCode, errorStatus } from '../../contract/errors.ts'

const checkEveryMs = 1000
const kibibyte = 1024

/** What one request may take up. */
export type RequestLimits = {
  bodyBytes: number
  /** The request line and the headers together. */
  headerBytes: number
  /** Until the headers are there, and until the whole request is. */
  headersWithinMs: number
  requestWithinMs: number
}

/** The options of an HTTP server that keeps to the limits: late requests are looked for every second. */
export const toServerOptions = (limits: RequestLimits): Partial<FastifyServerOptions> & { http: object } => ({
  bodyLimit: limits.bodyBytes,
  requestTimeout: limits.requestWithinMs,
  http: {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersWithinMs,
    connectionsCheckingInterval: Math.min(checkEveryMs, limits.headersWithinMs),
  },
  clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, limits),
})

function toFailure(code: string, limits: RequestLimits): { code: ErrorCode; message: string } {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { code: 'timeout', message: 'The request took too long: send it whole' }
  if (code === 'HPE_HEADER_OVERFLOW')
    return {
      code: 'headers_too_large',
      message: `Address and headers are over ${limits.headerBytes / kibibyte} KiB: shorten them`,
    }
  return { code: 'bad_request', message: 'This is no HTTP request' }
}

/** Answers what is no request, or not a whole one in time, and cuts the connection. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket, limits: RequestLimits): void {
  if (socket.writable && error.code !== 'ECONNRESET') {
    const { code, message } = toFailure(error.code ?? '', limits)
    const body: ErrorBody = { error: { code, message, request_id: randomUUID() }, detail: message }
    const text = JSON.stringify(body)
    socket.write(
      `HTTP/1.1 ${errorStatus[code]} ${code}\r\nContent-Type: application/json; charset=utf-8\r\n` +
        `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
    )
  }
  socket.destroy()
}
