/** Hands a file to the reader's browser. */
export function download(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

const margin = 16
const lineHeight = 20

/** A drawn chart with its title above and its source below, as a PNG in the colours of the page. */
export function toPicture(chart: HTMLCanvasElement, words: { title: string; note: string }): Promise<Blob | null> {
  const scale = window.devicePixelRatio
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(name)
  const picture = document.createElement('canvas')
  const [above, below] = [(lineHeight + margin) * scale, (lineHeight + margin) * scale]
  picture.width = chart.width + 2 * margin * scale
  picture.height = chart.height + above + below
  const context = picture.getContext('2d')
  if (context === null) return Promise.resolve(null)
  const write = (text: string, y: number, look: { color: string; font: string }) => {
    context.fillStyle = look.color
    context.font = look.font
    context.fillText(text, margin * scale, y)
  }
  context.fillStyle = token('--surface')
  context.fillRect(0, 0, picture.width, picture.height)
  context.drawImage(chart, margin * scale, above)
  context.textBaseline = 'middle'
  const family = style.fontFamily
  write(words.title, above / 2, { color: token('--text'), font: `600 ${14 * scale}px ${family}` })
  write(words.note, picture.height - below / 2, { color: token('--muted'), font: `400 ${12 * scale}px ${family}` })
  return new Promise((resolve) => picture.toBlob(resolve, 'image/png'))
}
