import type { FormEvent } from 'react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Modal } from '@/components/ui/modal'

type NameDialogProps = {
  title: string
  lead?: string
  /** The name to begin with. */
  name?: string
  /** The name that must be typed to confirm. */
  confirm?: string
  onSave: (name: string) => void
  onClose: () => void
}

/** Asks for the name of a portfolio. */
export function NameDialog({ title, lead, name = '', confirm, onSave, onClose }: NameDialogProps) {
  const [text, setText] = useState(name)
  const isReady = confirm === undefined ? text.trim() !== '' : text.trim() === confirm
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (isReady) onSave(text.trim())
  }
  return (
    <Modal title={title} onClose={onClose}>
      <form onSubmit={onSubmit} className="grid gap-4 p-4">
        {lead !== undefined && <p className="text-[13px] text-muted">{lead}</p>}
        <Field
          name="name"
          label="Name"
          value={text}
          maxLength={100}
          onChange={(event) => setText(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button size="tall" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" size="tall" variant={confirm === undefined ? 'primary' : 'danger'} disabled={!isReady}>
            {confirm === undefined ? 'Save' : 'Delete'}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
