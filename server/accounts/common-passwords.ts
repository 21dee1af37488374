/** Common passwords and words used in them. */
const words = `
password passwort passw0rd p@ssword p@ssw0rd pass pw secret geheim qwerty qwertz azerty qwert asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm
qazwsx qazwsxedc 1qaz2wsx 1qaz2wsx3edc 1qazxsw2 zaq12wsx zaq1zaq1 !qaz2wsx 1q2w3e4r5t6y qwerty123456 qweasd qweasdzxc qwe asd zxc qaz wsx iloveyou ilovey0u loveyou loveme lovely love lover forever angel angels
princess prince sunshine shadow monkey dragon football baseball basketball soccer hockey tennis golf superman batman spiderman
pokemon pikachu starwars naruto minecraft fortnite roblox letmein welcome admin administrator root toor master login guest user
test tester testing testtest changeme default system server service computer internet samsung apple google facebook twitter
instagram youtube whatsapp linkedin amazon microsoft windows android iphone michael jordan jennifer jessica ashley daniel andrew
joshua matthew anthony robert thomas nicole hannah charlie george william michelle amanda samantha melissa maggie ginger pepper
cookie chocolate cheese banana orange lemon cherry strawberry flower rose butterfly summer winter spring autumn monday friday
sunday january february march april june july august september october november december purple yellow silver golden diamond
jesus christ heaven freedom trustno whatever nothing mustang ferrari porsche mercedes yamaha harley corvette hunter killer ranger
buster tigger tiger lion eagle falcon wolf bear dolphin panther chelsea arsenal liverpool barcelona juventus realmadrid
manchester london berlin paris america canada mexico brasil india china hello helloworld hallo bonjour hola hunter fuckyou fuckoff
asshole bitch pussy sex sexy porn access access14 abc abcd abcde abcdef abcdefg abcdefgh abcdefghi aaaa zzzz xxx blink182 ncc1701
rush2112 bond007 jamesbond matrix neo zaq1 zaq12wsx xsw2 1qaz 2wsx 1q2w3e 1q2w3e4r 1q2w3e4r5t q1w2e3 q1w2e3r4 q1w2e3r4t5 correct
horsebatterystaple correcthorsebatterystaple bitcoin ethereum crypto cryptoflow dogecoin satoshi blockchain wallet hodl tothemoon
lambo binance coinbase kraken money dollar cash business company office manager backup oracle database postgres mysql cisco linux
ubuntu debian raspberry demo sample example temp temporary newpass mypass mypassword thepassword yourpassword nopassword
`
const common = new Set(words.split(/\s+/).filter((word) => word !== ''))

const swaps: Record<string, string> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}
const unswap = (text: string): string => text.replace(/[013457@$!]/g, (sign) => swaps[sign] ?? sign)

const rows = [
  '0123456789',
  '9876543210',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'qwertzuiop',
  'asdfghjkl',
  'zxcvbnm',
  '12345678901234567890',
]

/** Maximum digits and symbols around a common word. */
const maxAround = 6

/** Is it a sequence of the alphabet, digits or a keyboard row, also repeated? */
function isRun(text: string): boolean {
  for (let length = 1; length <= text.length / 2; length += 1)
    if (text.length % length === 0 && text.slice(0, length).repeat(text.length / length) === text) {
      if (length <= 4) return true
      return isRun(text.slice(0, length))
    }
  return rows.some((row) => row.includes(text) || [...row].reverse().join('').includes(text))
}

/** Digits only, such as a date or phone number. Twelve digits are hard enough to guess. */
const isShortNumber = (text: string): boolean => /^\d+$/.test(text) && text.length < 12

/**
 * Is a password easy to guess? True for a common word (also repeated, with digits and symbols around it, or with
 * look-alike characters), a keyboard sequence or a short number.
 */
export function isCommonPassword(password: string): boolean {
  const text = password.toLowerCase()
  if (isRun(text) || isShortNumber(text)) return true
  const core = text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  const half = core.slice(0, core.length / 2)
  const cores = text.length - core.length > maxAround ? [] : [core, ...(half.repeat(2) === core ? [half] : [])]
  const forms = [text, ...cores]
  return forms.some((form) => common.has(form) || common.has(unswap(form)) || (form.length >= 4 && isRun(form)))
}
