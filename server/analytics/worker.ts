import { parentPort, workerData } from 'node:worker_threads'
import { createAnswers, type Question } from './answers.ts'

const answers = createAnswers(workerData)

parentPort?.on('message', (question: Question) => {
  if (question.kind === 'risk') return parentPort?.postMessage(answers.risk(question))
  const pairs = answers.correlation(question)
  parentPort?.postMessage(pairs, [pairs.correlation.buffer, pairs.observations.buffer])
})
