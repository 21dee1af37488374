import { SourceError } from '../errors.ts'

/** The response, whose body fails with a `SourceError` beyond `maxBytes`. */
export function limitBody(
  response: Response,
  { source, name = source, maxBytes }: { source: string; name?: string; maxBytes: number },
): Response {
  if (response.body === null) return response
  const megabytes = Math.round(maxBytes / 1024 / 1024)
  let bytes = 0
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength
        if (bytes > maxBytes)
          controller.error(
            new SourceError(source, 'broken', `${name} sent more than ${megabytes} MB. Retrying automatically.`),
          )
        else controller.enqueue(chunk)
      },
    }),
  )
  return new Response(counted, response)
}
