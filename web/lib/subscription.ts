import type { ClientFrame } from '@contract/live.ts'

/** As many coins as the server lets one reader follow, short of all. */
export const mostSubscribed = 1000

/** Below the largest message that the server takes by default, 16 KiB. */
const mostCharacters = 12_000

const split = (type: 'subscribe' | 'unsubscribe', coins: readonly string[]): string[] => {
  if (coins.length === 0) return []
  const text = JSON.stringify({ type, coins: [...coins] } satisfies ClientFrame)
  if (text.length <= mostCharacters || coins.length === 1) return [text]
  const half = Math.ceil(coins.length / 2)
  return [...split(type, coins.slice(0, half)), ...split(type, coins.slice(half))]
}

/** What is sent so that a reader that follows `current` follows `wanted`; null is every coin, which no frame asks for. */
export function toClientFrames(current: ReadonlySet<string> | null, wanted: ReadonlySet<string>): string[] {
  const gone = [...(current ?? [])].filter((id) => !wanted.has(id))
  const added = [...wanted].filter((id) => current?.has(id) !== true)
  return [...split('unsubscribe', gone), ...split('subscribe', added)]
}
