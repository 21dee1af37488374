import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readEnvFile } from './env-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'env-file-'))
after(() => rmSync(folder, { recursive: true }))

const read = (bytes: string | Buffer): Record<string, string | undefined> => {
  const file = join(folder, '.env')
  writeFileSync(file, bytes)
  return { ...readEnvFile(file) }
}

test('reads a file with a byte order mark and Windows line endings', () => {
  assert.deepEqual(read('\ufeffPORT=4357\r\nCRYPTOFLOW_MODE=demo\r\n'), { PORT: '4357', CRYPTOFLOW_MODE: 'demo' })
  assert.deepEqual(read('\ufeff# settings\r\nPORT=4357'), { PORT: '4357' })
  assert.deepEqual(read('PORT=4357\nHOST=\n'), { PORT: '4357', HOST: '' })
})

test('handles quotes, comments, spaces and export like other tools', () => {
  const text = [
    '# a comment',
    '',
    'PLAIN=p@ss/w:o?r%d # comment',
    `SINGLE='with # and "quotes"' # comment`,
    'DOUBLE="with # and \\n"',
    'export EXPORTED=yes',
    '  SPACED = around ',
    'NAME=Zoë',
  ]
  const values = {
    PLAIN: 'p@ss/w:o?r%d',
    SINGLE: 'with # and "quotes"',
    DOUBLE: 'with # and \n',
    EXPORTED: 'yes',
    SPACED: 'around',
    NAME: 'Zoë',
  }
  for (const end of ['\n', '\r\n']) assert.deepEqual(read(text.join(end)), values)
})

test('returns nothing without a file and rejects folders and files that are not UTF-8', () => {
  assert.deepEqual(readEnvFile(join(folder, 'none')), {})
  assert.deepEqual(read(''), {})
  for (const bytes of [
    Buffer.from('\ufeffPORT=1\r\n', 'utf16le'),
    Buffer.from('PORT=1\r\n', 'utf16le'),
    Buffer.from('\ufeffPORT=1\r\n', 'utf16le').swap16(),
  ])
    assert.throws(() => read(bytes), { code: 'bad_request', message: /is UTF-16, not UTF-8\. Save it as UTF-8/ })
  assert.throws(() => read(Buffer.from('NAME=Zo\xeb\n', 'latin1')), /is not UTF-8\. Save it as UTF-8/)
  mkdirSync(join(folder, 'dir'))
  assert.throws(() => readEnvFile(join(folder, 'dir')), { code: 'bad_request', message: /can't be read \(EISDIR/ })
})
