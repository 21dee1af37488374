import { type FormEvent, useState, useSyncExternalStore } from 'react'
import { type Failure, toFailure } from './failure'

const subscribeToNothing = () => () => undefined

/** Error messages of required fields. */
type Required = Readonly<Record<string, string>>

/**
 * A form whose values stay in its fields, which password managers need. `needed` holds the messages of required fields.
 * A server error appears beside its field, focuses it, and disappears on the next change. `blocked` is true until the
 * page is interactive: before that, a browser would submit the password itself.
 */
export function useForm(
  { fields, needed }: { fields: readonly string[]; needed: Required },
  send: (values: (name: string) => string) => Promise<void>,
) {
  const [failure, setFailure] = useState<Failure | null>(null)
  const [busy, setBusy] = useState(false)
  const ready = useSyncExternalStore(
    subscribeToNothing,
    () => true,
    () => false,
  )
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const data = new FormData(form)
    const value = (name: string) => String(data.get(name) ?? '')
    const fail = (failed: Failure) => {
      setFailure(failed)
      const field = form.elements.namedItem(failed.field ?? '')
      if (!(field instanceof HTMLElement)) return
      field.focus()
      field.addEventListener('input', () => setFailure((shown) => (shown === failed ? null : shown)), { once: true })
    }
    const empty = Object.keys(needed).find((name) => value(name) === '')
    if (empty !== undefined) return fail({ field: empty, message: needed[empty] ?? '' })
    setFailure(null)
    setBusy(true)
    try {
      await send(value)
    } catch (error) {
      fail(toFailure(error, fields))
    } finally {
      setBusy(false)
    }
  }
  return {
    busy,
    failure,
    blocked: busy || !ready,
    onSubmit: (event: FormEvent<HTMLFormElement>) => void onSubmit(event),
    errorOf: (name: string) => (failure?.field === name ? failure.message : undefined),
    fail: setFailure,
  }
}
