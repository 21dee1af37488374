import { Type } from 'typebox'

/**
 * Every error code a client can meet, with its HTTP status. The one place that decides both. `unprocessable`: a parameter or a field of the
 * body has a value that is not allowed; the message names what is. `bad_request`: the request cannot be read (no JSON), or the
 * current password is wrong.
 */
export const errorStatus = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  timeout: 408,
  conflict: 409,
  payload_too_large: 413,
  unprocessable: 422,
  rate_limited: 429,
  headers_too_large: 431,
  internal: 500,
  unavailable: 503,
} as const
export type ErrorCode = keyof typeof errorStatus

/** The body of every 4xx and 5xx answer. `detail` repeats the message for older clients. */
export const ErrorBody = Type.Object({
  error: Type.Object({
    code: Type.Enum(Object.keys(errorStatus) as ErrorCode[]),
    message: Type.String({ description: 'What went wrong and, for 4xx, what to change' }),
    request_id: Type.String(),
  }),
  detail: Type.String(),
})
export type ErrorBody = Type.Static<typeof ErrorBody>
