const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const leaves = new Set<() => void>()

/**
 * Calls `leave` when this process ends without having stopped its server: by an exit, or by a signal that nobody else
 * handles. Returns how to call that off. Only a kill -9 goes unnoticed.
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

/** Where we alone listen, the signal still ends the process, as it would without us. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return
  leaveAll()
  process.off(signal, onSignal)
  process.kill(process.pid, signal)
}
