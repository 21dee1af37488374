const shortest = 8
const longRuns = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm']
const runs = longRuns.flatMap((run) => [run, [...run].reverse().join('')])
/** How many characters somebody who tries all has to try, by the kinds that occur. */
const kinds: readonly [RegExp, number][] = [
  [/\p{Ll}/u, 26],
  [/\p{Lu}/u, 26],
  [/\p{Nd}/u, 10],
  [/\s/u, 1],
  [/[^\p{L}\p{Nd}\s]/u, 32],
  [/[^\u0020-\u007e]/u, 100],
]

/** What a character counts that follows from the one before it: the same again, or the next in a row of keys. */
const foreseen = 0.2
/** A text of few different characters counts for at most so many of each. */
const mostOfEach = 2

/** Letters and spaces alone are mostly words, whose letters are easier to guess than random ones. */
const words = /^[\p{L}\s]+$/u
const ofWords = 0.7

const steps = [
  { from: 0, score: 1, word: 'Weak' },
  { from: 45, score: 2, word: 'Fair' },
  { from: 56, score: 3, word: 'Good' },
  { from: 80, score: 4, word: 'Strong' },
] as const

/** `score`: 0 (cannot be used) to 4. `advice`: what would help; empty when nothing is needed. */
type Strength = { score: 0 | 1 | 2 | 3 | 4; word: string; advice: string }

const isForeseen = (before: string, now: string): boolean => {
  if (before === now) return true
  return runs.some((run) => run.includes((before + now).toLowerCase()))
}

/** How many characters a text is worth, less than it has where they repeat or follow each other. */
function countSurprises(letters: readonly string[]): number {
  const worth = letters.map((letter, at) => (at > 0 && isForeseen(letters[at - 1] ?? '', letter) ? foreseen : 1))
  const sum = worth.reduce((total, each) => total + each, 0)
  return Math.min(sum, new Set(letters.map((letter) => letter.toLowerCase())).size * mostOfEach)
}

/**
 * How hard a password is to guess, judged by its length and variety. `refused`: the server has said that others would
 * try it among the first; whatever else speaks for it then does not count. The server judges on its own all the same.
 */
export function toStrength(password: string, { email = '', refused = false } = {}): Strength {
  const text = password.normalize('NFKC')
  const letters = [...text]
  const missing = shortest - letters.length
  if (missing > 0)
    return { score: 0, word: 'Too short', advice: `${missing} more ${missing === 1 ? 'character' : 'characters'}` }
  const own = email.trim().toLowerCase()
  if (own !== '' && [own, own.split('@')[0]].includes(text.toLowerCase()))
    return { score: 0, word: 'Your email', advice: 'Others would try it first' }
  if (refused) return { score: 0, word: 'Too common', advice: 'Others would try it first' }
  const pool = kinds.reduce((sum, [kind, size]) => sum + (kind.test(text) ? size : 0), 0)
  const bits = countSurprises(letters) * Math.log2(Math.max(2, pool)) * (words.test(text) ? ofWords : 1)
  const { score, word } = steps.findLast(({ from }) => bits >= from) ?? steps[0]
  return { score, word, advice: score < 3 ? 'A few words that nobody would put together are better' : '' }
}
