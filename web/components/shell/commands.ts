/** A search result besides coins. `hint`: its shortcut, or "current". */
export type Command = { id: string; group: 'Coins' | 'Pages' | 'Actions'; label: string; hint: string; run: () => void }

const toWords = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean)

/** Commands in which each word of the text starts a word; all for an empty text. */
export function matchCommands(commands: readonly Command[], text: string): Command[] {
  const wanted = toWords(text)
  return commands.filter(({ label, group }) => {
    const words = toWords(`${label} ${group}`).map((word) => word.replace(/^\W+/, ''))
    return wanted.every((part) => words.some((word) => word.startsWith(part)))
  })
}
