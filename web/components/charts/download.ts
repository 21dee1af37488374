/** Saves a file in the browser. */
export function download(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

const margin = 16
const lineHeight = 20

/** A chart with its title above and its description below, as a PNG in the colors of the page. */
export function toImage(chart: HTMLCanvasElement, text: { title: string; note: string }): Promise<Blob | null> {
  const scale = window.devicePixelRatio
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(name)
  const image = document.createElement('canvas')
  const bandHeight = (lineHeight + margin) * scale
  image.width = chart.width + 2 * margin * scale
  image.height = chart.height + 2 * bandHeight
  const context = image.getContext('2d')
  if (context === null) return Promise.resolve(null)
  const write = (line: string, y: number, color: string, font: string) => {
    context.fillStyle = color
    context.font = `${font} ${style.fontFamily}`
    context.fillText(line, margin * scale, y)
  }
  context.fillStyle = token('--surface')
  context.fillRect(0, 0, image.width, image.height)
  context.drawImage(chart, margin * scale, bandHeight)
  context.textBaseline = 'middle'
  write(text.title, bandHeight / 2, token('--text'), `600 ${14 * scale}px`)
  write(text.note, image.height - bandHeight / 2, token('--muted'), `400 ${12 * scale}px`)
  return new Promise((resolve) => image.toBlob(resolve, 'image/png'))
}
