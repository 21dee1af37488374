import Head from 'next/head'

/** The title and description of a page; `title` without the name of the product. */
export function PageHead({ title, description }: { title: string; description?: string }) {
  return (
    <Head>
      <title key="title">{`${title} · CryptoFlow`}</title>
      {description !== undefined && <meta key="description" name="description" content={description} />}
    </Head>
  )
}
