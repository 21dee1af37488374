/**
 * Kinds of database failures: a `conflict` of two transactions, a `lost` connection, `exhausted` disk, memory or
 * connections, or `refused` credentials. Any other error concerns the statement itself.
 */
type Failure = 'conflict' | 'lost' | 'exhausted' | 'refused'

/** SQLSTATE classes and codes. 25P03 and 25P04 end the session; 58 is a system error. */
const states: readonly [RegExp, Failure][] = [
  [/^(40001|40P01)$/, 'conflict'],
  [/^(08...|57P..|25P0[34])$/, 'lost'],
  [/^5[38]...$/, 'exhausted'],
  [/^(28...|3D000)$/, 'refused'],
]

/** Node error codes of a connection that broke or could not be opened. */
const lostCodes = /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EAI_AGAIN)$/

/** pg reports these errors without a code. */
const lostMessages =
  /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Query read timeout|Client (has encountered a connection error|was closed) and is not queryable|Cannot use a pool after calling end|There was an error establishing an SSL connection)/

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

/** Did the session of a statement end, or can none be opened? */
export const isLost = (error: unknown): boolean => classify(error) === 'lost'

/** Is the database unable to answer any statement at the moment? */
export const isUnavailable = (error: unknown): boolean => classify(error) !== undefined

/** May a retry succeed? Refused credentials need a change first. */
export const isTransient = (error: unknown): boolean => {
  const failure = classify(error)
  return failure !== undefined && failure !== 'refused'
}

/** The SQLSTATE of a database error. Undefined: another error. */
export const getSqlState = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** PostgreSQL reports a full /dev/shm as a full disk. */
export const sharedMemory = /could not (resize|open|map) shared memory segment/

/** Containers have 64 MB of /dev/shm by default. */
export const sharedMemoryRemedy =
  'give its container more shared memory (/dev/shm), by docker run --shm-size=256m or shm_size: 256mb in compose'

/** Is the disk of the database full? */
export const isDiskFull = (error: unknown): boolean =>
  getSqlState(error) === '53100' && error instanceof Error && !sharedMemory.test(error.message)

/** Citus reports a node that it can't reach so. */
const lostNode = /connection to the remote node (?:\S+@)?(\S+:\d+) failed/

/** What failed or what to do, as a sentence. Undefined: unknown. */
export function explainFailure(error: unknown): string | undefined {
  if (isDiskFull(error)) return 'The database disk is full. Free some space. The next run continues.'
  if (error instanceof Error && sharedMemory.test(error.message))
    return `The database has too little shared memory: ${sharedMemoryRemedy}.`
  const node = error instanceof Error ? lostNode.exec(error.message)?.[1] : undefined
  if (node !== undefined) return `The database node ${node} is unreachable.`
  if (isLost(error)) return 'The database connection was lost.'
  return undefined
}
