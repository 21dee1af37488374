import { startTransition } from 'react'
import client, { type Root } from 'react-dom/client'

const hydrateAtOnce = client.hydrateRoot

/**
 * A page comes alive in steps of a few milliseconds, between which the browser draws and answers, and not in one task of
 * the length of the page. What is pressed meanwhile comes alive first.
 */
client.hydrateRoot = (...page) => {
  let root: Root | undefined
  startTransition(() => {
    root = hydrateAtOnce(...page)
  })
  return root as Root
}
