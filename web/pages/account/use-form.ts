import { type FormEvent, useState, useSyncExternalStore } from 'react'
import { type Failure, toFailure } from './failure'

const never = () => () => undefined

/** Words for a field that was left empty. */
type Needed = Readonly<Record<string, string>>

/**
 * A form whose values stay in its fields, as password managers like it. `needed` names what must be filled in; the
 * server's words for what it refuses come beside the field that they are about, which is then focused, and go when it is changed. `ready` is false
 * until the page can send it: before, a browser would put the password elsewhere.
 */
export function useForm(
  { fields, needed }: { fields: readonly string[]; needed: Needed },
  send: (values: (name: string) => string) => Promise<void>,
) {
  const [failure, setFailure] = useState<Failure | null>(null)
  const [busy, setBusy] = useState(false)
  const ready = useSyncExternalStore(
    never,
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
