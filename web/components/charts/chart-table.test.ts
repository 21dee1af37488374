import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ChartTable, toCsv } from './chart-table.ts'

type Row = { name: string; price: number | null }
const table = (items: Row[]): ChartTable<Row> => ({
  caption: 'Prices',
  columns: [
    { label: 'Coin', field: 'name', value: ({ name }) => name, text: ({ name }) => name },
    { label: 'Price', field: 'price_usd', value: ({ price }) => price, text: String, numeric: true },
  ],
  items,
  toKey: ({ name }) => name,
})

test('numbers keep every digit and unknown ones stay empty', () => {
  const csv = toCsv(
    table([
      { name: 'pepe', price: 0.00000412345678901 },
      { name: 'none', price: null },
    ]),
  )
  assert.equal(csv, 'name,price_usd\r\npepe,0.00000412345678901\r\nnone,\r\n')
})

test('names cannot break the lines, nor begin a formula in a spreadsheet', () => {
  const csv = toCsv(table(['A "b", c', '=1+1', '@x', '-2'].map((name) => ({ name, price: 1 }))))
  assert.equal(csv, `name,price_usd\r\n"A ""b"", c",1\r\n'=1+1,1\r\n'@x,1\r\n'-2,1\r\n`)
})
