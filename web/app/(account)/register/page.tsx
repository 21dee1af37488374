import type { Metadata } from 'next'
import { Register } from './register'

export const metadata: Metadata = { title: 'Register' }
export const dynamic = 'force-dynamic'

export default function RegisterPage() {
  return <Register />
}
