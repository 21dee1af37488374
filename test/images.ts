const toBytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex')

/** The smallest files of each format that browsers and the checks accept: 1 x 1 pixel. */
export const images = {
  png: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  ),
  gif: Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'),
  webp: Buffer.from('UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==', 'base64'),
  jpeg: toBytes('ffd8 ffe0 0010 4a46494600010100000100010000 ffc0 000b 08 0001 0001 01 011100 ffd9'),
} as const

/** A PNG header that claims this size. */
export function toHugePng(pixels: number): Buffer {
  const png = Buffer.from(images.png)
  png.writeUInt32BE(pixels, 16)
  return png
}
