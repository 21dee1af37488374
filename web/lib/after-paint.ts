/** Does `work` once what the page has just changed can be seen, so that an answer to a press does not wait for it. */
export function afterPaint(work: () => void): void {
  requestAnimationFrame(() => setTimeout(work))
}
