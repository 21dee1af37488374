const minLength = 8
const longRuns = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm']
const runs = longRuns.flatMap((run) => [run, [...run].reverse().join('')])
/** Size of the alphabet of a character class. */
const kinds: readonly [RegExp, number][] = [
  [/\p{Ll}/u, 26],
  [/\p{Lu}/u, 26],
  [/\p{Nd}/u, 10],
  [/\s/u, 1],
  [/[^\p{L}\p{Nd}\s]/u, 32],
  [/[^\u0020-\u007e]/u, 100],
]

/** Weight of a character that repeats or continues a sequence. */
const predictableWeight = 0.2
/** Max weight per distinct character. */
const maxPerCharacter = 2

/** Letters and spaces are mostly words, which are easier to guess than random letters. */
const words = /^[\p{L}\s]+$/u
const wordWeight = 0.7

const steps = [
  { from: 0, score: 1, word: 'Weak' },
  { from: 45, score: 2, word: 'Fair' },
  { from: 56, score: 3, word: 'Good' },
  { from: 80, score: 4, word: 'Strong' },
] as const

/** `score`: 0 (rejected) to 4. `advice`: empty from 3 on. */
type Strength = { score: 0 | 1 | 2 | 3 | 4; word: string; advice: string }

const isPredictable = (before: string, now: string): boolean => {
  if (before === now) return true
  return runs.some((run) => run.includes((before + now).toLowerCase()))
}

/** Length in effective characters, reduced for repetitions and sequences. */
function toEffectiveLength(letters: readonly string[]): number {
  const worth = letters.map((letter, at) =>
    at > 0 && isPredictable(letters[at - 1] ?? '', letter) ? predictableWeight : 1,
  )
  const sum = worth.reduce((total, each) => total + each, 0)
  return Math.min(sum, new Set(letters.map((letter) => letter.toLowerCase())).size * maxPerCharacter)
}

/**
 * Estimated strength of a password by length and variety. `refused`: the server rejected it as too common. The server
 * has its own check.
 */
export function toStrength(password: string, { email = '', refused = false } = {}): Strength {
  const text = password.normalize('NFKC')
  const letters = [...text]
  const missing = minLength - letters.length
  if (missing > 0)
    return { score: 0, word: 'Too short', advice: `${missing} more ${missing === 1 ? 'character' : 'characters'}` }
  const own = email.trim().toLowerCase()
  if (own !== '' && [own, own.split('@')[0]].includes(text.toLowerCase()))
    return { score: 0, word: 'Your email', advice: 'Easy to guess' }
  if (refused) return { score: 0, word: 'Too common', advice: 'Easy to guess' }
  const pool = kinds.reduce((sum, [kind, size]) => sum + (kind.test(text) ? size : 0), 0)
  const bits = toEffectiveLength(letters) * Math.log2(Math.max(2, pool)) * (words.test(text) ? wordWeight : 1)
  const { score, word } = steps.findLast(({ from }) => bits >= from) ?? steps[0]
  return { score, word, advice: score < 3 ? 'Use several unrelated words' : '' }
}
