import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { maxComparedCoins } from '../../../contract/compare-lists.ts'
import { toLineStyle } from './compare-scene.ts'

const css = readFileSync(new URL('../../styles/globals.css', import.meta.url), 'utf8')
const themes = { light: /^:root \{([^}]*)\}/m, dark: /^\[data-theme="dark"\] \{([^}]*)\}/m }

type Triple = readonly [number, number, number]

const apply = (rows: readonly Triple[], [a, b, c]: Triple): Triple =>
  rows.map(([x, y, z]) => x * a + y * b + z * c) as unknown as Triple

/** Linear RGB of a hex color. */
const toLinear = (hex: string): Triple =>
  [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as unknown as Triple

/** Oklab of a linear RGB color (Ottosson 2020). */
function toOklab(color: Triple): Triple {
  const cones = apply(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    color,
  ).map((value) => Math.cbrt(Math.max(0, value))) as unknown as Triple
  return apply(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  )
}

/** What people with each kind of color vision see of a linear RGB color (Machado 2009, severity 1). */
const visions: Record<string, readonly Triple[]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

const luminance = ([r, g, b]: Triple): number => 0.2126 * r + 0.7152 * g + 0.0722 * b

/** The smallest difference of two colors, in Oklab. */
function findNearest(colors: readonly string[], vision: readonly Triple[]): number {
  const seen = colors.map((hex) => toOklab(apply(vision, toLinear(hex))))
  const pairs = seen.flatMap((a, at) =>
    seen.slice(at + 1).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])),
  )
  return Math.min(...pairs)
}

for (const [theme, pattern] of Object.entries(themes))
  test(`the lines of ten coins are told apart by every kind of color vision, ${theme}`, () => {
    const rules = pattern.exec(css)?.[1] ?? ''
    const token = (name: string) => new RegExp(`--${name}: (#\\w{6})`).exec(rules)?.[1] ?? ''
    const styles = Array.from({ length: maxComparedCoins }, (_, index) => toLineStyle(index))
    const colors = styles.map(({ color }) => token(color))
    const ground = luminance(toLinear(token('surface'))) + 0.05
    for (const hex of colors) {
      const ratio = (luminance(toLinear(hex)) + 0.05) / ground
      assert.ok(Math.max(ratio, 1 / ratio) >= 3, `${hex} has a contrast of 3 to 1`)
    }
    assert.ok(findNearest(colors, visions.normal ?? []) > 0.11)
    for (const [name, vision] of Object.entries(visions)) {
      assert.ok(findNearest(colors, vision) > 0.07, name)
      // Lines of one style.
      for (const isDashed of [false, true]) {
        const part = colors.filter((_, index) => styles[index]?.isDashed === isDashed)
        assert.ok(findNearest(part, vision) > 0.11, `${name}: ${part}`)
      }
    }
  })
