import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseSpice, readSpiceFile, writeSpice } from '../../circuits/spice/index.js';
import { solveOperatingPoint } from '../../solver/mna/index.js';

const netlists = new URL('../golden/netlists/', import.meta.url);
const nonlinear = new URL('../golden/nonlinear/', import.meta.url);

interface Reference {
  nodes: Record<string, number>;
  branches?: Record<string, number>;
}

/** The bar of the comparison with ngspice: 1e-9 V (or A) and 1e-6 relative. */
function within(got: number, expected: number): boolean {
  return Math.abs(got - expected) <= 1e-9 + 1e-6 * Math.abs(expected);
}

function files(folder: URL): { name: string; reference: Reference }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cir'))
    .map((name) => {
      const json = folder === netlists ? name.replace('.cir', '.op.json') : name.replace('.cir', '.json');
      return { name, reference: JSON.parse(readFileSync(new URL(json, folder), 'utf8')) as Reference };
    });
}

describe.each([
  ['netlists', netlists],
  ['nonlinear', nonlinear],
])('operating points of the %s that ngspice solved', (_, folder) => {
  it.each(files(folder))('$name', ({ name, reference }) => {
    const circuit = readSpiceFile(new URL(name, folder).pathname);
    const point = solveOperatingPoint(circuit);
    expect(point.status).toBe('settled');
    for (const [node, voltage] of Object.entries(reference.nodes)) {
      expect(within(point.voltages_V[node], voltage), `v(${node}) ${point.voltages_V[node]} ${voltage}`).toBe(
        true,
      );
    }
    for (const [source, current] of Object.entries(reference.branches ?? {})) {
      expect(within(point.currents_A[source], current), `i(${source})`).toBe(true);
    }
  });

  it.each(files(folder))('$name, written and read again', ({ name, reference }) => {
    const text = writeSpice(readSpiceFile(new URL(name, folder).pathname));
    const point = solveOperatingPoint(parseSpice(text));
    for (const [node, voltage] of Object.entries(reference.nodes)) {
      expect(within(point.voltages_V[node], voltage), `v(${node})`).toBe(true);
    }
  });
});
