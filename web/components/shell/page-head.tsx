import Head from 'next/head'

/** Title, without the product's name, and description of a page. */
export function PageHead({ title, description }: { title: string; description?: string }) {
  return (
    <Head>
      <title key="title">{`${title} · CryptoFlow`}</title>
      {description !== undefined && <meta key="description" name="description" content={description} />}
    </Head>
  )
}
