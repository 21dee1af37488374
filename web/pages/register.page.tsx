import { PageHead } from '@/components/shell/page-head'
import { Register } from './account/register'

export default function RegisterPage() {
  return (
    <>
      <PageHead title="Register" />
      <Register />
    </>
  )
}
