import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/index.js';
import { type BoardParts, boardProfile, boardProfiles, drawParts } from '../../devices/boards/index.js';
import { SolvedBoard } from '../../solver/board/index.js';
import { solveOperatingPoint } from '../../solver/mna/index.js';
import { boardNetlist, terminalName } from './board-netlist.js';

/** Random taps and sources within the board's limits; some pots open. */
function randomState(parts: BoardParts, random: RandomStream) {
  const { profile, calibration } = parts;
  const resistance_ohm = Float64Array.from({ length: profile.pots }, (_, e) => {
    const tap = profile.tapMin + random.integer(profile.tapMax - profile.tapMin + 1);
    // The small board has nodes of two pots only; an open one there leaves it to leakage alone.
    const open = profile.pots > 20 && random.uniform() < 0.05;
    return open ? Number.POSITIVE_INFINITY : calibration.resistance_ohm[e][tap];
  });
  const source_V = Float64Array.from({ length: profile.sources + profile.outputs }, (_, s) =>
    s < profile.sources
      ? random.between(-profile.inputLimit_V, profile.inputLimit_V)
      : random.between(-profile.nudgeLimit_V, profile.nudgeLimit_V),
  );
  return { resistance_ohm, source_V };
}

function solved(parts: BoardParts, state: ReturnType<typeof randomState>): Float64Array {
  const circuit = new SolvedBoard(parts);
  const node_V = new Float64Array(circuit.nodes);
  circuit.solve(state.resistance_ohm, state.source_V, node_V);
  return node_V;
}

const nodeNames = (parts: BoardParts) =>
  Array.from({ length: parts.profile.hidden + parts.profile.outputs }, (_, n) =>
    terminalName(parts, parts.profile.sources + n),
  );

describe.each(boardProfiles.map((profile) => [profile.name, profile] as const))(
  'circuit of the %s board',
  (_, profile) => {
    const random = new RandomStream(21, 'test/board-circuit');

    it('agrees with modified nodal analysis to a nanovolt', () => {
      for (let seed = 1; seed <= 40; seed++) {
        const parts = drawParts(profile, seed);
        const state = randomState(parts, random);
        const node_V = solved(parts, state);
        const point = solveOperatingPoint(boardNetlist(parts, state.resistance_ohm, state.source_V));
        expect(point.status).toBe('settled');
        for (const [n, name] of nodeNames(parts).entries()) {
          expect(Math.abs(node_V[n] - point.voltages_V[name])).toBeLessThan(
            1e-9 + 1e-6 * Math.abs(node_V[n]),
          );
        }
      }
    });

    it('comes to the same point from wherever it was', () => {
      const parts = drawParts(profile, 5);
      const circuit = new SolvedBoard(parts);
      const warm = new Float64Array(circuit.nodes);
      for (let n = 0; n < 100; n++) {
        const state = randomState(parts, random);
        circuit.solve(state.resistance_ohm, state.source_V, warm);
        const cold = solved(parts, state);
        for (let i = 0; i < cold.length; i++) expect(Math.abs(warm[i] - cold[i])).toBeLessThan(1e-9);
      }
    });

    it('refuses what has no answer', () => {
      const parts = drawParts(profile, 1);
      const state = randomState(parts, random);
      state.source_V[0] = Number.NaN;
      state.resistance_ohm.fill(1e4);
      expect(() => solved(parts, state)).toThrow(/operating point/);
    });
  },
);

describe('circuit of a board in ngspice', () => {
  const golden = new URL('../golden/board/', import.meta.url);
  const decks = readdirSync(golden).filter((file) => file.endsWith('.json'));

  it.each(decks)('%s: agrees within a millivolt, in fact within a microvolt', (file) => {
    const {
      profile: name,
      seed,
      resistance_ohm,
      source_V,
      node_V,
    } = JSON.parse(readFileSync(new URL(file, golden), 'utf8'));
    const parts = drawParts(boardProfile(name), seed);
    const ohm = Float64Array.from(resistance_ohm, (r: number | null) => r ?? Number.POSITIVE_INFINITY);
    const got = solved(parts, { resistance_ohm: ohm, source_V: Float64Array.from(source_V) });
    expect(node_V.length).toBe(got.length);
    for (const [n, value] of node_V.entries()) expect(Math.abs(got[n] - value)).toBeLessThan(1e-6);
  });
});
