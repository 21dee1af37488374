import type { CostMethod } from '../../contract/portfolio-lists.ts'

/** The figures that a case expects; those left out are 0, and no holding. */
type Expected = Partial<
  Record<'held' | 'realized' | 'income' | 'fees' | 'expenses' | 'in' | 'out' | 'uncovered', string>
>

/** A ledger in the form of `readLedger`, with its figures worked by hand: those of every method, and those of one. */
export type Case = { name: string; ledger: string[]; same: Expected } & Partial<Record<CostMethod, Expected>>

export const tradeCases: Case[] = [
  {
    name: 'a sale of one lot and part of another',
    ledger: ['1 buy 1 BTC for 100', '2 buy 1 BTC for 160', '3 buy 2 BTC for 300', '4 sell 1.5 BTC for 300'],
    same: { in: '560', out: '300' },
    fifo: { held: '2.5 BTC cost 380', realized: '120' },
    lifo: { held: '2.5 BTC cost 335', realized: '75' },
    hifo: { held: '2.5 BTC cost 325', realized: '65' },
    average: { held: '2.5 BTC cost 350', realized: '90' },
  },
  {
    name: 'a second sale from what the first left',
    ledger: [
      '1 buy 1 BTC for 100',
      '2 buy 1 BTC for 160',
      '3 buy 2 BTC for 300',
      '4 sell 1.5 BTC for 300',
      '5 sell 1 BTC for 250',
    ],
    same: { in: '560', out: '550' },
    fifo: { held: '1.5 BTC cost 225', realized: '215' },
    lifo: { held: '1.5 BTC cost 180', realized: '170' },
    hifo: { held: '1.5 BTC cost 175', realized: '165' },
    average: { held: '1.5 BTC cost 210', realized: '200' },
  },
  {
    name: 'a sale of all lots',
    ledger: ['1 buy 1 BTC for 100', '2 buy 1 BTC for 160', '3 buy 2 BTC for 300', '4 sell 4 BTC for 1000'],
    same: { realized: '440', in: '560', out: '1000' },
  },
  {
    name: 'a third of a lot',
    ledger: ['1 buy 3 BTC for 100', '2 sell 1 BTC for 50'],
    same: {
      held: '2 BTC cost 66.666666666666666666666667',
      realized: '16.666666666666666666666667',
      in: '100',
      out: '50',
    },
  },
  {
    name: 'three thirds of a lot',
    ledger: ['1 buy 3 BTC for 100', '2 sell 1 BTC for 50', '3 sell 1 BTC for 50', '4 sell 1 BTC for 50'],
    same: { realized: '50', in: '100', out: '150' },
  },
  {
    name: 'fees in money of a purchase and a sale',
    ledger: ['1 buy 1 BTC for 100 fee 1', '2 sell 1 BTC for 150 fee 2'],
    same: { realized: '47', fees: '3', in: '101', out: '148' },
  },
  {
    name: 'a share of the fee in the cost of a partial sale',
    ledger: ['1 buy 2 BTC for 100 fee 4', '2 sell 0.5 BTC for 40 fee 1'],
    same: { held: '1.5 BTC cost 78', realized: '13', fees: '5', in: '104', out: '39' },
  },
  {
    name: 'a fee above the proceeds',
    ledger: ['1 buy 1 BTC for 10', '2 sell 1 BTC for 1 fee 3'],
    same: { realized: '-12', fees: '3', in: '10', out: '-2' },
  },
  {
    name: 'the fee of a purchase in a third coin',
    ledger: ['1 buy 10 BNB for 100', '2 buy 1 BTC for 1000 fee 1 BNB worth 12'],
    same: { held: '1 BTC cost 1012, 9 BNB cost 90', realized: '2', fees: '12', in: '1112', out: '12' },
  },
  {
    name: 'the fee of a sale in a third coin',
    ledger: [
      '1 buy 10 BNB for 100',
      '2 buy 1 BTC for 1000 fee 1 BNB worth 12',
      '3 sell 1 BTC for 1500 fee 2 BNB worth 30',
    ],
    same: { held: '7 BNB cost 70', realized: '470', fees: '42', in: '1112', out: '1512' },
  },
  {
    name: 'a fee from two lots of a third coin',
    ledger: ['1 buy 5 BNB for 50', '2 buy 5 BNB for 100', '3 buy 1 BTC for 100 fee 6 BNB worth 90'],
    same: { fees: '90', in: '340', out: '90' },
    fifo: { held: '1 BTC cost 190, 4 BNB cost 80', realized: '20' },
    lifo: { held: '1 BTC cost 190, 4 BNB cost 40', realized: '-20' },
    hifo: { held: '1 BTC cost 190, 4 BNB cost 40', realized: '-20' },
    average: { held: '1 BTC cost 190, 4 BNB cost 60', realized: '0' },
  },
  {
    name: 'the fee of a purchase in the coin bought',
    ledger: ['1 buy 1 BTC for 100 fee 0.01 BTC worth 1'],
    same: { held: '0.99 BTC cost 99.99', realized: '-0.01', fees: '1', in: '101', out: '1' },
  },
  {
    name: 'the fee of a sale in the coin sold',
    ledger: ['1 buy 2 BTC for 200', '2 sell 1 BTC for 150 fee 0.1 BTC worth 15'],
    same: { held: '0.9 BTC cost 90', realized: '40', fees: '15', in: '200', out: '150' },
  },
  {
    name: 'a fee in a coin that is not held',
    ledger: ['1 buy 1 BTC for 100 fee 1 BNB worth 5'],
    same: { held: '1 BTC cost 105', realized: '5', fees: '5', in: '105', out: '5', uncovered: '1 BNB' },
  },
  {
    name: 'a fee in a coin bought at the same instant',
    ledger: ['2 buy 1 BTC for 100 fee 1 BNB worth 5', '2 buy 2 BNB for 10'],
    same: { held: '1 BNB cost 5, 1 BTC cost 105', fees: '5', in: '115', out: '5' },
  },
]
