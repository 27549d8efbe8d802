import { describeCrossbar } from '../../circuits/crossbar/index.js';
import { DenseLu } from '../dense/index.js';
import { nodalNetwork } from './nodal-network.js';
import type { ReadCircuit } from './pattern-reads.js';

/** After so many changes of a cell everything is worked out anew: what rounding left would add up. */
const REFRESH = 1024;

/** The least and largest current of all patterns, A, and the patterns. */
export interface Extremes {
  readonly tried: number;
  readonly least_A: number;
  readonly least: Uint8Array;
  readonly most_A: number;
  readonly most: Uint8Array;
}

/**
 * Every data pattern of a small linear array, one cell changed at a time (a reflected Gray code; Knuth, The Art of Computer Programming 4A,
 * §7.2.1.1): a cell that changes by δ moves the voltages across all cells by a column of the matrix that says what a current through
 * one cell does across another (Sherman & Morrison 1950).
 * @param levels_S conductances of each level, [rows × columns], S
 * @param own level of the selected cell
 */
export function readAllPatterns(
  circuit: ReadCircuit,
  levels_S: readonly Float64Array[],
  own: number,
): Extremes {
  const { columns, selected } = circuit;
  const cells = levels_S[0].length;
  const chosen = selected.row * columns + selected.column;
  const others = Array.from({ length: cells }, (_, k) => k).filter((k) => k !== chosen);
  const pattern = new Uint8Array(cells);
  pattern[chosen] = own;
  const conductances_S = Float64Array.from(pattern, (level, k) => levels_S[level][k]);
  let { across_V, transfer_ohm } = portsOf(circuit, conductances_S);
  const sensed_A = () => {
    let sum_A = 0;
    for (let k = selected.column; k < cells; k += columns) sum_A += conductances_S[k] * across_V[k];
    return sum_A;
  };
  const change = (k: number, level: number) => {
    const delta_S = levels_S[level][k] - conductances_S[k];
    pattern[k] = level;
    conductances_S[k] = levels_S[level][k];
    const share = delta_S / (1 + delta_S * transfer_ohm[k * cells + k]);
    if (share === 0) return;
    const column = transfer_ohm.slice(k * cells, (k + 1) * cells);
    const own_V = across_V[k];
    for (let a = 0; a < cells; a++) {
      across_V[a] -= share * column[a] * own_V;
      const by = share * column[a];
      for (let b = 0; b < cells; b++) transfer_ohm[a * cells + b] -= by * column[b];
    }
  };
  let [least_A, most_A] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [least, most] = [pattern.slice(), pattern.slice()];
  const directions = new Int8Array(others.length).fill(1);
  let tried = 0;
  for (;;) {
    const current_A = sensed_A();
    if (current_A < least_A) [least_A, least] = [current_A, pattern.slice()];
    if (current_A > most_A) [most_A, most] = [current_A, pattern.slice()];
    tried++;
    // the next digit that can move on; those before it turn round
    let digit = 0;
    for (; digit < others.length; digit++) {
      const next = pattern[others[digit]] + directions[digit];
      if (next >= 0 && next < levels_S.length) break;
      directions[digit] = -directions[digit];
    }
    if (digit === others.length) return { tried, least_A, least, most_A, most };
    change(others[digit], pattern[others[digit]] + directions[digit]);
    if (tried % REFRESH === 0) ({ across_V, transfer_ohm } = portsOf(circuit, conductances_S));
  }
}

/** Voltages across all cells, V, and what 1 A from a cell's bit to its word line makes of them, [cells × cells], Ω. */
function portsOf(
  circuit: ReadCircuit,
  conductances_S: Float64Array,
): { across_V: Float64Array; transfer_ohm: Float64Array } {
  const described = describeCrossbar({ ...circuit, conductances_S });
  const { unknowns, word, bit, cells: edges, wires } = nodalNetwork(described, circuit.drive);
  const cells = conductances_S.length;
  const lu = new DenseLu(unknowns);
  lu.values.fill(0);
  const sources = new Float64Array(unknowns);
  for (const [a, b, g] of [...edges, ...wires]) {
    for (const [here, there] of [
      [a, b],
      [b, a],
    ]) {
      if (here.index < 0) continue;
      lu.values[lu.valueIndex(here.index, here.index)] += g;
      if (there.index >= 0) lu.values[lu.valueIndex(here.index, there.index)] -= g;
      else sources[here.index] += g * there.volts;
    }
  }
  if (lu.factor() >= 0) throw new RangeError('the network of a read is singular');
  lu.solve(sources);
  const volts = (
    node: { readonly index: number; readonly volts: number },
    solved: Float64Array,
    given: boolean,
  ) => (node.index >= 0 ? solved[node.index] : given ? node.volts : 0);
  const across_V = Float64Array.from(word, (w, k) => volts(w, sources, true) - volts(bit[k], sources, true));
  const transfer_ohm = new Float64Array(cells * cells);
  const injected = new Float64Array(unknowns);
  for (let k = 0; k < cells; k++) {
    injected.fill(0);
    if (word[k].index >= 0) injected[word[k].index] += 1;
    if (bit[k].index >= 0) injected[bit[k].index] -= 1;
    lu.solve(injected);
    for (let a = 0; a < cells; a++) {
      transfer_ohm[k * cells + a] = volts(word[a], injected, false) - volts(bit[a], injected, false);
    }
  }
  return { across_V, transfer_ohm };
}
