const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const leaves = new Set<() => void>()

/**
 * Calls `leave` when this process exits without stopping its server: on exit, or on a signal without another handler.
 * Not on `kill -9`. Returns a function that cancels it.
 */
export function beforeExit(leave: () => void): () => void {
  if (leaves.size === 0) {
    process.on('exit', leaveAll)
    for (const signal of signals) process.on(signal, onSignal)
  }
  leaves.add(leave)
  return () => {
    if (!leaves.delete(leave) || leaves.size > 0) return
    process.off('exit', leaveAll)
    for (const signal of signals) process.off(signal, onSignal)
  }
}

function leaveAll(): void {
  for (const leave of leaves) leave()
}

/** Without other handlers the signal must still end the process, as it would without this one. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return
  leaveAll()
  process.off(signal, onSignal)
  process.kill(process.pid, signal)
}
