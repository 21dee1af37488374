/**
 * What a failure of the database is about: `conflict` of two transactions, `lost` connection, `exhausted` disk, memory
 * or connections, or `refused` by name, password or rule. Anything else is about the statement itself.
 */
type Failure = 'conflict' | 'lost' | 'exhausted' | 'refused'

/** Classes and codes of SQLSTATE. 25P03 and 25P04 end the session; 58 is an error of the system below PostgreSQL. */
const states: readonly [RegExp, Failure][] = [
  [/^(40001|40P01)$/, 'conflict'],
  [/^(08...|57P..|25P0[34])$/, 'lost'],
  [/^5[38]...$/, 'exhausted'],
  [/^(28...|3D000)$/, 'refused'],
]

/** Codes of Node for a connection that breaks, or that cannot be made. */
const lostCodes = /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EAI_AGAIN)$/

/** pg has no codes for what it notices itself. */
const lostMessages =
  /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Query read timeout|Client (has encountered a connection error|was closed) and is not queryable|Cannot use a pool after calling end|There was an error establishing an SSL connection)/

/** Like `.test`, but for a value of any type. */
const matches = (pattern: RegExp, value: unknown): boolean => typeof value === 'string' && pattern.test(value)

function classify(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, syscall } = error as NodeJS.ErrnoException
  const known = states.find(([pattern]) => matches(pattern, code))?.[1]
  if (known !== undefined) return known
  if (matches(lostCodes, code) || lostMessages.test(error.message)) return 'lost'
  if (syscall === 'connect') return code === 'ENOENT' ? 'lost' : 'refused'
  if (syscall === 'getaddrinfo') return 'refused'
  return classify(error.cause)
}

/** Can the database not serve at the moment, whatever is asked of it? */
export const isUnavailable = (error: unknown): boolean => classify(error) !== undefined

/** May the same work succeed a little later, without anybody doing anything? A refusal stays one. */
export const isTransient = (error: unknown): boolean => {
  const failure = classify(error)
  return failure !== undefined && failure !== 'refused'
}

const isState = (error: unknown, state: string): boolean =>
  error instanceof Error && 'code' in error && error.code === state

/** PostgreSQL reports a full /dev/shm as a full disk. */
export const sharedMemory = /could not (resize|open|map) shared memory segment/

/** A container has 64 MB of /dev/shm unless it is told otherwise. */
export const sharedMemoryRemedy =
  'give its container more shared memory (/dev/shm), by docker run --shm-size=256m or shm_size: 256mb in compose'

/** Is the disk of the database full? */
export const isDiskFull = (error: unknown): boolean =>
  isState(error, '53100') && error instanceof Error && !sharedMemory.test(error.message)

/** What to do about a failure that needs somebody to act, as a sentence; undefined when there is nothing to say. */
export function findRemedy(error: unknown): string | undefined {
  if (isDiskFull(error)) return 'The disk of the database is full: free some space, and the next run goes on.'
  if (error instanceof Error && sharedMemory.test(error.message))
    return `The shared memory of the database is too small: ${sharedMemoryRemedy}.`
  return undefined
}
