import type { BoardFile } from '../../calibration/boards/index.js';
import { formatQuantity } from '../../core/index.js';

type Estimate = BoardFile['leakage_A'][number];

/** What a calibration found, part by part, each number with its interval (95 %); then what no reading tells. */
export function calibrationText(file: BoardFile): string {
  const { sources, nudges, readers, diodes, leakage_A, pots, settle, heldOut } = file;
  const rows: string[] = [];
  const row = (name: string, ...cells: readonly string[]) =>
    rows.push(`  ${name.padEnd(12)}${cells.join('   ')}`);
  rows.push('sources: gain, offset, bow (how far its middle is from a straight line)');
  for (const { name, gain, offset_V, bow_V, switch_ohm } of sources) {
    const its = switch_ohm.value === 0 ? [] : [`switch ${numbers(switch_ohm, 'Ω')}`];
    row(name, plain(gain), numbers(offset_V, 'V'), numbers(bow_V, 'V'), ...its);
  }
  rows.push('nudges: gain, offset, bow, conductance, load');
  for (const { name, gain, offset_V, bow_V, conductance_S, load_S } of nudges) {
    const parts = [
      numbers(offset_V, 'V'),
      numbers(bow_V, 'V'),
      numbers(conductance_S, 'S'),
      numbers(load_S, 'S'),
    ];
    row(name, plain(gain), ...parts);
  }
  rows.push('converter, as each node reads: gain, offset, bow, leakage into the node');
  for (const [n, { name, gain, offset_V, bow_V }] of readers.entries()) {
    row(name, plain(gain), numbers(offset_V, 'V'), numbers(bow_V, 'V'), numbers(leakage_A[n], 'A'));
  }
  rows.push('diodes: saturation current, emission coefficient, series resistance');
  for (const [j, group] of diodes.entries()) {
    for (const { IS_A, N, RS_ohm } of group) row(`h${j}`, numbers(IS_A, 'A'), plain(N), numbers(RS_ohm, 'Ω'));
  }
  rows.push(
    'potentiometers: at tap 0 (wiper and series resistance), end to end, furthest from a straight line; every tap is in the file',
  );
  for (const { pot, from, to, atZero_ohm, endToEnd_ohm, nonlinearity, sigma } of pots) {
    const worst = 1.96 * Math.max(...sigma);
    row(
      `${pot} ${from} ${to}`,
      formatQuantity(atZero_ohm, 'Ω'),
      formatQuantity(endToEnd_ohm, 'Ω'),
      `${(100 * nonlinearity).toFixed(2)} %`,
      `every tap ± ${(100 * worst).toFixed(2)} % or better`,
    );
  }
  const lsb = (v: number) => `${(1000 * v).toFixed(2)} mV`;
  rows.push(
    `one conversion: ${lsb(file.noise_V)} of noise; what is left of readings: ${file.misfit.toFixed(2)} times their noise`,
    settle.timeConstant_s === null
      ? 'settling: over before a node was first read'
      : `settling: time constant ${formatQuantity(settle.timeConstant_s, 's')} ± ${formatQuantity(1.96 * (settle.sigma_s ?? 0), 's')}, within half a step of the converter after ${formatQuantity(settle.settled_s ?? 0, 's')}`,
    `${heldOut.tapSets} tap sets that were not used, ${heldOut.readings} readings: off by ${lsb(heldOut.rms_V)} rms, ${lsb(heldOut.largest_V)} at most`,
    'not to be known, or not seen:',
    ...file.notIdentified.map((text) => `  ${text}`),
  );
  return rows.join('\n');
}

function numbers({ value, low, high, identified }: Estimate, unit: string): string {
  if (low === high) return value === 0 ? '–' : formatQuantity(value, unit);
  const text = `${formatQuantity(value, unit)} (${formatQuantity(low, unit)} … ${formatQuantity(high, unit)})`;
  return identified ? text : `not seen (${formatQuantity(low, unit)} … ${formatQuantity(high, unit)})`;
}

function plain({ value, low, high, identified }: Estimate): string {
  if (low === high) return value.toString();
  return `${identified ? `${value.toFixed(5)} ` : 'not seen '}(${low.toFixed(5)} … ${high.toFixed(5)})`;
}
