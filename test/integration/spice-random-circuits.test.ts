import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeSpice } from '../../circuits/spice/index.js';
import { RandomStream } from '../../core/random.js';
import { solveOperatingPoint } from '../../solver/mna/index.js';
import { NgspiceEngine, type NgspiceResult } from '../../solver/ngspice/index.js';
import { randomCircuit } from './random-circuits.js';

// OHMPROP_CIRCUITS=1500:777 tries other ones.
const [CIRCUITS, SEED] = (process.env.OHMPROP_CIRCUITS ?? '500:20260').split(':').map(Number);
const tail = ['.options reltol=1e-10 vntol=1e-14 abstol=1e-16 itl1=1000 gmin=1e-12 temp=27', '.op'];

let ngspice: NgspiceEngine;
beforeAll(async () => {
  ngspice = await NgspiceEngine.start();
});
afterAll(() => ngspice.close());

/** Whether both answers agree within 1e-9 V and 1e-6 relative; the worst node otherwise. */
function disagreement(ours: Readonly<Record<string, number>>, theirs: NgspiceResult): string {
  for (const [node, voltage] of Object.entries(ours)) {
    // Diodes have inner nodes that ngspice does not print.
    const other = theirs[`v(${node})`]?.[0];
    if (other === undefined) continue;
    if (!(Math.abs(voltage - other) <= 1e-9 + 1e-6 * Math.abs(other)))
      return `${node}: ${voltage} against ${other}`;
  }
  return '';
}

it(`settles ${CIRCUITS} random circuits where ngspice does`, async () => {
  let settled = 0;
  let compared = 0;
  for (let index = 0; index < CIRCUITS; index++) {
    const netlist = randomCircuit(new RandomStream(SEED, 'circuits').at(index), index);
    const point = solveOperatingPoint(netlist);
    let theirs: NgspiceResult | undefined;
    try {
      theirs = await ngspice.run(writeSpice(netlist, { tail }), 250);
    } catch {
      theirs = undefined;
    }
    if (theirs === undefined || point.status !== 'settled') {
      // Both say so, or neither.
      expect(
        point.status === 'settled',
        `circuit ${index}: ${point.status}, ngspice ${theirs ? 'settles' : 'does not'}`,
      ).toBe(theirs !== undefined);
      continue;
    }
    settled++;
    compared += Object.keys(point.voltages_V).length;
    expect(disagreement(point.voltages_V, theirs), `circuit ${index}\n${writeSpice(netlist)}`).toBe('');
    expect(point.residual_A).toBeLessThan(1e-9);
  }
  // The generator is of no use if most circuits have no answer.
  expect(settled).toBeGreaterThan(0.95 * CIRCUITS);
  expect(compared).toBeGreaterThan(5 * CIRCUITS);
});
