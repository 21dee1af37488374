import type { SqlViews } from '@contract/sql.ts'

type Views = SqlViews['items']
type Editor = Pick<HTMLTextAreaElement, 'value' | 'selectionStart' | 'selectionEnd'>

const maxSuggestions = 8
const wordBefore = /[\w.]*$/

/** Names of views and columns that begin with the word before the caret; none for an empty word. */
export function suggest(views: Views, { value, selectionStart }: Editor): string[] {
  const word = (wordBefore.exec(value.slice(0, selectionStart))?.[0] ?? '').toLowerCase()
  if (word === '') return []
  const used = views.filter(({ name }) => value.includes(name))
  const columns = (used.length > 0 ? used : views).flatMap((view) => view.columns.map(({ name }) => name))
  const names = [...views.map(({ name }) => name), ...columns]
  return [...new Set(names)].filter((name) => name.startsWith(word) && name !== word).slice(0, maxSuggestions)
}

/** The text with `name` in place of the word before the caret, and where the caret then is. */
export function complete(
  { value, selectionStart, selectionEnd }: Editor,
  name: string,
): { text: string; caret: number } {
  const before = value.slice(0, selectionStart).replace(wordBefore, '')
  return { text: `${before}${name}${value.slice(selectionEnd)}`, caret: before.length + name.length }
}
