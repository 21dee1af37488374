/** Something that the search can do besides opening a coin. `hint`: its keys, or that it is how things are now. */
export type Command = { id: string; group: 'Coins' | 'Pages' | 'Actions'; label: string; hint: string; run: () => void }

const toWords = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean)

/** The commands that hold every word of the text at the start of one of their own; all when there is no text. */
export function matchCommands(commands: readonly Command[], text: string): Command[] {
  const wanted = toWords(text)
  return commands.filter(({ label, group }) => {
    const words = toWords(`${label} ${group}`).map((word) => word.replace(/^\W+/, ''))
    return wanted.every((part) => words.some((word) => word.startsWith(part)))
  })
}
