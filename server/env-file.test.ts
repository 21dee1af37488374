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

test('a file with a byte order mark and Windows line ends is read whole', () => {
  assert.deepEqual(read('\ufeffPORT=4357\r\nCRYPTOFLOW_MODE=demo\r\n'), { PORT: '4357', CRYPTOFLOW_MODE: 'demo' })
  assert.deepEqual(read('\ufeff# settings\r\nPORT=4357'), { PORT: '4357' })
  assert.deepEqual(read('PORT=4357\nHOST=\n'), { PORT: '4357', HOST: '' })
})

test('quotes, comments, blanks and export are what they are elsewhere', () => {
  const text = [
    '# a comment',
    '',
    'PLAIN=p@ss/w:o?r%d # told',
    `SINGLE='with # and "quotes"' # told`,
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

test('no file gives nothing, and a file that is not UTF-8 or not a file is refused in words', () => {
  assert.deepEqual(readEnvFile(join(folder, 'none')), {})
  assert.deepEqual(read(''), {})
  for (const bytes of [
    Buffer.from('\ufeffPORT=1\r\n', 'utf16le'),
    Buffer.from('PORT=1\r\n', 'utf16le'),
    Buffer.from('\ufeffPORT=1\r\n', 'utf16le').swap16(),
  ])
    assert.throws(() => read(bytes), { code: 'bad_request', message: /is not UTF-8 but UTF-16: save it as UTF-8/ })
  assert.throws(() => read(Buffer.from('NAME=Zo\xeb\n', 'latin1')), /is not UTF-8 but another encoding/)
  mkdirSync(join(folder, 'dir'))
  assert.throws(() => readEnvFile(join(folder, 'dir')), { code: 'bad_request', message: /can't be read \(EISDIR/ })
})
