const maxLength = 80

/** The first match counts, because browsers also send the names of the browsers they derive from. */
const browsers: readonly [RegExp, string][] = [
  [/\b(Edg|EdgA|EdgiOS)\//, 'Edge'],
  [/\b(OPR|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|Chromium|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/\S+ (\S+ )*Safari\//, 'Safari'],
]
const systems: readonly [RegExp, string][] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

/** The client name in a User-Agent, such as `Firefox on Linux` or `curl`. Null: none. */
export function toClientName(userAgent: string | undefined): string | null {
  if (userAgent === undefined) return null
  const find = (list: typeof browsers) => list.find(([form]) => form.test(userAgent))?.[1]
  const program = find(browsers) ?? /^[A-Za-z][\w .-]*/.exec(userAgent)?.[0].trim().slice(0, maxLength)
  const system = find(systems)
  if (program === undefined || program === 'Mozilla') return system ?? null
  return system === undefined ? program : `${program} on ${system}`.slice(0, maxLength)
}
