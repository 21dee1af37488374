import Link from 'next/link'
import { type ComponentProps, useState } from 'react'

/** A link that fetches its page ahead only when somebody is about to follow it. */
export function IntentLink(props: ComponentProps<typeof Link>) {
  const [meant, setMeant] = useState(false)
  const intend = () => setMeant(true)
  return <Link {...props} prefetch={meant ? null : false} onMouseEnter={intend} onFocus={intend} />
}
