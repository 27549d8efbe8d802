import { dot } from './dot.js';
import type { SourceCurrents, Sources } from './sources.js';
import type { Terminals } from './wired-crossbar.js';
import type { WiredParameters } from './wired-parameters.js';

/** What flows between a crossbar and the units on it, as it was solved: out of bit lines, into word lines, A. */
export interface TerminalCurrents {
  readonly outputCurrents_A: Float64Array;
  readonly rowCurrents_A: Float64Array;
}

/** What the crossbar into layer l has at its terminals. */
export function terminalsOf(sources: Sources, voltages: readonly Float64Array[], l: number): Terminals {
  return { count: sources.batch, rows_V: l === 0 ? sources.volts : voltages[l - 1], columns_V: voltages[l] };
}

/**
 * Currents into units that the couplings of `WiredParameters.units` leave out, [batch × n_l] a layer, A: of bias currents and sources; and, of each crossbar that was solved at those voltages, what its ports by themselves are wrong by
 * there.
 * @param steady which crossbars the couplings have by their steady ports
 * @param solved those that were solved, at `voltages`
 */
export function offsetsOf(
  { crossbars, biases }: WiredParameters,
  sources: Sources,
  fromSources: SourceCurrents,
  steady: readonly boolean[],
  voltages: readonly Float64Array[],
  solved: readonly (TerminalCurrents | undefined)[],
): Float64Array[] {
  const { batch } = sources;
  // what was solved has the sources in it already
  const current_A = solved[0] === undefined ? fromSources.current_A : undefined;
  const currents_A = biases.map((bias, l) => {
    const currents = (l === 0 ? current_A?.slice() : undefined) ?? new Float64Array(batch * bias.length);
    for (let e = 0; e < currents.length; e++) currents[e] += bias[e % bias.length];
    return currents;
  });
  for (const [l, found] of solved.entries()) {
    if (found === undefined) continue;
    const { bits, across, words } = crossbars[l].ports(steady[l]);
    const { rows, columns } = crossbars[l].size;
    const { rows_V, columns_V } = terminalsOf(sources, voltages, l);
    for (let s = 0; s < batch; s++) {
      const v = columns_V.subarray(s * columns, (s + 1) * columns);
      const w = rows_V.subarray(s * rows, (s + 1) * rows);
      for (let j = 0; j < columns; j++) {
        const said =
          dot(bits, j * columns, v, 0, columns) + (l === 0 ? 0 : dot(across, j * rows, w, 0, rows));
        currents_A[l][s * columns + j] += found.outputCurrents_A[s * columns + j] + said;
      }
      if (words === undefined) continue;
      const before = currents_A[l - 1];
      for (let i = 0; i < rows; i++) {
        let said = dot(words, i * rows, w, 0, rows);
        for (let j = 0; j < columns; j++) said += across[j * rows + i] * v[j];
        before[s * rows + i] += said - found.rowCurrents_A[s * rows + i];
      }
    }
  }
  return currents_A;
}
