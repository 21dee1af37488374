import { say } from './terminal.ts'

const stopWithinMs = 9500
const sameKeyPressMs = 300

/** Something that stops gracefully, or at once. */
type Stoppable = { stop(): Promise<void>; kill(): void }

type StopOptions = {
  /** Seconds that a stop may take in addition to 9.5 s. */
  extraSeconds: number
  /** The signals that stop. Absent: those of a terminal and SIGTERM. */
  signals?: readonly NodeJS.Signals[]
  /** The name of this process among several. */
  name?: string
  onEnd?: () => void
}

/**
 * The first signal stops gracefully, within the time limit, a second one immediately. npm may deliver one key press
 * twice. Ends this process with code 0 after a graceful stop.
 */
export function stopOnSignal(
  getRunning: () => Stoppable | undefined,
  { extraSeconds, signals = ['SIGINT', 'SIGTERM', 'SIGHUP'], name, onEnd = () => undefined }: StopOptions,
): void {
  let firstAt: number | undefined
  const end = (code: number): never => {
    getRunning()?.kill()
    onEnd()
    process.exit(code)
  }
  const onSignal = async (signal: NodeJS.Signals) => {
    if (firstAt !== undefined) {
      if (Date.now() - firstAt > sameKeyPressMs) end(130)
      return
    }
    firstAt = Date.now()
    say(`  ${signal}: stopping${name === undefined ? '' : ` ${name}`}`)
    setTimeout(() => end(1), stopWithinMs + extraSeconds * 1000).unref()
    await getRunning()?.stop()
    onEnd()
    process.exit(0)
  }
  for (const signal of signals) process.on(signal, onSignal)
}
