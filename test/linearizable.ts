/**
 * An operation on one object. `from` and `until` order the calls and answers of all operations. Without an answer its
 * process was killed: it happened completely before `until`, or not at all.
 */
export type Operation<Input, Answer> = { input: Input; answer?: Answer | undefined; from: number; until: number }

/** An object with one operation at a time. */
export type Model<State, Input, Answer> = {
  initial: State
  /** The state after an operation. Undefined: the operation can't have this answer in this state. */
  step(state: State, input: Input, answer: Answer | undefined): State | undefined
  toKey(state: State): string
}

/** One explanation of the past: the state, and the operations in progress that have taken effect. */
type Explanation<State> = { state: State; done: number[] }

/**
 * Whether some order of the operations explains every answer, in which an operation that was answered before another one
 * began comes before it. Returns the first operation that no order explains; undefined when all are explained.
 */
export function findUnexplained<State, Input, Answer>(
  model: Model<State, Input, Answer>,
  operations: readonly Operation<Input, Answer>[],
): Operation<Input, Answer> | undefined {
  const toKey = ({ state, done }: Explanation<State>) => `${model.toKey(state)} ${done}`
  const events = operations.flatMap(({ from, until }, index) => [
    { at: from, index, isCall: true },
    { at: until, index, isCall: false },
  ])
  const open = new Set<number>()
  let explanations: Explanation<State>[] = [{ state: model.initial, done: [] }]

  /** The explanations with one more operation in progress. */
  const extend = ({ state, done }: Explanation<State>): Explanation<State>[] =>
    [...open].flatMap((index) => {
      const operation = operations[index]
      if (operation === undefined || done.includes(index)) return []
      const next = model.step(state, operation.input, operation.answer)
      return next === undefined ? [] : [{ state: next, done: [...done, index].sort((a, b) => a - b) }]
    })

  /** The explanations after the operation has ended. */
  const end = (index: number): Explanation<State>[] => {
    const isOptional = operations[index]?.answer === undefined
    const found = new Map<string, Explanation<State>>()
    const seen = new Set<string>()
    const waiting = [...explanations]
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      const key = toKey(one)
      if (seen.has(key)) continue
      seen.add(key)
      const isDone = one.done.includes(index)
      if (isDone || isOptional) {
        const ended = { state: one.state, done: one.done.filter((other) => other !== index) }
        found.set(toKey(ended), ended)
      }
      if (!isDone) waiting.push(...extend(one))
    }
    return [...found.values()]
  }

  for (const { index, isCall } of events.sort((a, b) => a.at - b.at)) {
    if (isCall) {
      open.add(index)
      continue
    }
    explanations = end(index)
    open.delete(index)
    if (explanations.length === 0) return operations[index]
  }
  return undefined
}
