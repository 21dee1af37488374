import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toMonogramColor } from './monogram.ts'

/** The contrast of white text on an OKLCH color (CSS Color 4, WCAG 2.2). Colors outside of sRGB are clipped. */
function toContrast(color: string): number {
  const [lightness = 0, chroma = 0, hue = 0] = (color.match(/[\d.]+/g) ?? []).map(Number)
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)]
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const [red = 0, green = 0, blue = 0] = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((part) => Math.min(1, Math.max(0, part)))
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
}

test('each coin has its own color, on which white text is legible', () => {
  const colors = Array.from({ length: 2000 }, (_, index) => toMonogramColor(`coin-${index}`))
  assert.ok(new Set(colors).size > 300)
  assert.equal(toMonogramColor('usds'), toMonogramColor('usds'))
  const worst = Math.min(...colors.map(toContrast))
  assert.ok(worst >= 5, String(worst))
})
