const mix = (a: number, b: number): number => {
  let h = Math.imul(a ^ (b + 0x9e3779b9), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 15), 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 13), 0x27d4eb2f)
  return h ^ (h >>> 16)
}

/** A 32-bit unsigned integer that depends only on its arguments. */
export const hash = (key: number, a: number, b = 0): number => mix(mix(mix(key, 0x51ed27), a), b) >>> 0

/** A number in [0, 1) that depends only on its arguments. */
export const uniform = (key: number, a: number, b = 0): number => hash(key, a, b) / 2 ** 32

const gauss = new Float64Array(2)

/** Two independent standard normal numbers (Box-Muller). The next call overwrites the array. */
export function normals(key: number, a: number, b = 0): Float64Array {
  const h = hash(key, a, b)
  const radius = Math.sqrt(-2 * Math.log((h + 1) / (2 ** 32 + 1)))
  const angle = 2 * Math.PI * uniform(h, 0x2545f491, b)
  gauss[0] = radius * Math.cos(angle)
  gauss[1] = radius * Math.sin(angle)
  return gauss
}

export const normal = (key: number, a: number, b = 0): number => normals(key, a, b)[0] ?? 0

export const keyOf = (name: string, seed: number): number => {
  let key = seed | 0
  for (let index = 0; index < name.length; index += 1) key = mix(key, name.charCodeAt(index))
  return key >>> 0
}
