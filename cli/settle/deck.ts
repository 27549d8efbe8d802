import { readSpiceFile } from '../../circuits/spice/index.js';
import { formatQuantity, inputError } from '../../core/index.js';
import { csvText } from '../../records/tables/index.js';
import { settlingFigure } from '../../report/index.js';
import { settleCircuit, type Within } from '../../solver/settling/index.js';
import { unansweredError } from '../circuit/requests.js';
import type { Answer } from '../frame/index.js';
import { interruptionOf } from '../interruption.js';
import { type Io, onInterrupt, warn } from '../io.js';
import { WorkBar } from '../work-bar.js';
import type { SettleOptions } from './options.js';

/** Simulated time after which a circuit is given up where nothing is said, s. */
const LONGEST_S = 1;

/** More nodes than this share a colour. */
const MOST_COLOURS = 7;
/** What only networks of a run have. */
const ofRuns = [
  ['samples', '--samples'],
  ['data', '--data'],
  ['driverOhm', '--driver-ohm'],
  ['epsilon', '--epsilon'],
] as const satisfies readonly (readonly [keyof SettleOptions, string])[];

/** A SPICE file's sources are switched on, and its nodes come to rest: one phase. */
export async function settleDeck(io: Io, given: SettleOptions, within: Within): Promise<Answer> {
  refuseOfRuns(given);
  const file = given.network;
  const circuit = readSpiceFile(file, { unsupported: 'collect' });
  if (circuit.unsupported.length > 0) throw unansweredError(circuit.unsupported);
  for (const { place, message } of circuit.warnings) warn(io, `${place}: ${message}`);
  const [stepped] = circuit.analyses.steps;
  if (stepped !== undefined) {
    warn(
      io,
      `${stepped.place}: followed at the first values of .step: ${stepped.label} = ${stepped.values[0]}`,
    );
  }
  const { signal, dispose } = onInterrupt(io, 'Ending; of a SPICE file nothing is kept …');
  const bar = new WorkBar(io, '{bar} {done} of {of} {what}, {eta_formatted} left');
  try {
    const longest_s = given.longest ?? LONGEST_S;
    const settled = await settleCircuit(circuit, {
      within,
      longest_s,
      initialVoltages_V: circuit.analyses.initialVoltages_V,
      signal,
      progress: (reached_s, until_s) =>
        bar.update(reached_s / until_s, 1, 'simulated', {
          done: formatQuantity(reached_s, 's'),
          of: formatQuantity(until_s, 's'),
        }),
      ...(given.nodeCapacitance === undefined ? {} : { capacitance_F: given.nodeCapacitance }),
      ...(given.nodes === undefined ? {} : { nodes: given.nodes.split(',').map((node) => node.trim()) }),
    });
    bar.stop();
    if (settled === undefined) throw interruptionOf(io.signal);
    const { settling_s, tolerance_V, nodes, rest_V, delivered_J, restPower_W, steps } = settled;
    const load =
      given.nodeCapacitance === undefined
        ? ''
        : `, ${formatQuantity(given.nodeCapacitance, 'F')} at each node`;
    return {
      text: [
        `${circuit.title}: ${nodes.length} nodes${load}, all sources switched on at 0 s`,
        `settled within ${formatQuantity(tolerance_V, 'V')} in ${formatQuantity(settling_s, 's')}; delivered until then ${formatQuantity(delivered_J, 'J')}; at rest ${formatQuantity(restPower_W, 'W')}`,
      ].join('\n'),
      json: {
        circuit: circuit.title,
        settling_s,
        tolerance_V,
        delivered_J,
        restPower_W,
        steps,
        rest_V: Object.fromEntries(nodes.map((node, k) => [node, rest_V[k]])),
      },
      outputs: {
        '.csv': () =>
          csvText(
            ['time_s', ...nodes.map((node) => `${node}_V`)],
            Array.from(settled.times_s, (time_s, i) => [time_s, ...settled.waveforms_V.map((v) => v[i])]),
          ),
      },
      figure: ({ redraw }) =>
        settlingFigure({
          title: circuit.title,
          redraw,
          phases: [
            {
              name: 'sources switched on',
              times: settled.times_s,
              states: Array.from(settled.times_s, (_, i) => settled.waveforms_V.map((v) => v[i])),
              rest: rest_V,
              tolerance: tolerance_V,
              settled: settling_s,
            },
          ],
          // Few nodes are told apart by their colours.
          layerOf: nodes.map((node) => (nodes.length <= MOST_COLOURS ? node : 'node')),
          timeUnit: 's',
          nodeUnit: 'V',
        }),
    };
  } finally {
    bar.stop();
    dispose();
  }
}

function refuseOfRuns(given: SettleOptions): void {
  if (!given.phases.includes('free')) {
    throw inputError(
      'settle.deck',
      '--phases nudged: a SPICE file has one phase, its sources switched on; nudges are of runs and presets',
    );
  }
  const wrong =
    ofRuns.find(([key]) => given[key] !== undefined)?.[1] ?? (given.set.length > 0 ? '--set' : undefined);
  if (wrong !== undefined) {
    const instead = wrong === '--driver-ohm' ? ': write the resistances of its sources into it' : '';
    throw inputError('settle.deck', `${wrong}: goes with a run or a preset, not with a SPICE file${instead}`);
  }
}
