import { formatQuantity } from '../../core/index.js';
import {
  type Distribution,
  type RunSettling,
  summarise,
  updateSummary,
} from '../../experiments/sessions/index.js';
import { csvText, type TableCell } from '../../records/tables/index.js';
import { aligned } from '../aligned.js';

interface How {
  readonly name: string;
  /** Samples of an update, and which phases it contrasts. */
  readonly update: { readonly batch: number; readonly estimator: string };
  /** How closely, for people. */
  readonly within: string;
}

const columns = ['', 'median', '5 %', '95 %', 'most'];

/** For people: each phase over all samples, and what an update takes. */
export function settlingText(found: RunSettling, { name, update: contrast, within }: How): string {
  const { settler, samples } = found;
  const seconds = settler.timeUnit === 's';
  const time = (value: number) => (seconds ? formatQuantity(value, 's') : `${Number(value.toPrecision(3))}`);
  const joules = (value: number) => formatQuantity(value, 'J');
  const watts = (value: number) => formatQuantity(value, 'W');
  const row = (
    label: string,
    { median, q05, q95, largest }: Distribution,
    text: (value: number) => string,
  ) => [label, ...[median, q05, q95, largest].map(text)];
  const rows = summarise(samples).flatMap(({ name, settling, outputSettling, delivered_J, restPower_W }) => [
    row(`${name}: settled in`, settling, time),
    row('  its outputs in', outputSettling, time),
    ...(delivered_J === undefined ? [] : [row('  delivered until then', delivered_J, joules)]),
    ...(restPower_W === undefined ? [] : [row('  delivered at rest', restPower_W, watts)]),
  ]);
  const update = updateSummary(samples, contrast);
  if (update !== undefined) {
    rows.push(row('a sample, all its phases', update.settling, time));
    if (update.sample_J !== undefined) rows.push(row('  delivered', update.sample_J, joules));
  }
  const lines = [
    `${name}: ${samples.length} settled to ${within}`,
    settler.description,
    ...(samples.length === 0 ? [] : aligned([columns, ...rows], { right: true })),
  ];
  if (update?.update_J !== undefined) {
    lines.push(
      `an update (minibatch of ${update.batch}): ${joules(update.update_J)} in the mean, besides what writes conductances`,
    );
  }
  const imbalance = summarise(samples).reduce((most, phase) => Math.max(most, phase.imbalance ?? 0), 0);
  if (seconds && samples.length > 0)
    lines.push(`energy balance: delivered = dissipated + stored to ${imbalance.toExponential(1)}`);
  return lines.join('\n');
}

/** For programs; times carry their unit in their name. */
export function settlingJson(found: RunSettling, { name, update: contrast, within }: How): object {
  const { settler, samples, asked } = found;
  const seconds = settler.timeUnit === 's';
  const named = (settling: unknown, outputSettling: unknown) =>
    seconds
      ? { settling_s: settling, outputSettling_s: outputSettling }
      : { settling_timeConstants: settling, outputSettling_timeConstants: outputSettling };
  const update = updateSummary(samples, contrast);
  return {
    network: name,
    description: settler.description,
    within,
    timeUnit: seconds ? 's' : 'time constants of the leak',
    asked,
    done: samples.length,
    phases: summarise(samples).map(({ settling, outputSettling, ...rest }) => ({
      ...rest,
      ...named(settling, outputSettling),
    })),
    ...(update === undefined
      ? {}
      : {
          update: {
            batch: update.batch,
            phases: update.phases,
            ...(seconds ? { settling_s: update.settling } : { settling_timeConstants: update.settling }),
            ...(update.sample_J === undefined
              ? {}
              : { sample_J: update.sample_J, update_J: update.update_J }),
          },
        }),
    samples: samples.map(({ sample, target, phases }) => ({
      sample,
      target,
      phases: phases.map(({ settling, outputSettling, tolerance, outputTolerance, ...rest }) => ({
        ...rest,
        ...named(settling, outputSettling),
        ...(seconds
          ? { tolerance_V: tolerance, outputTolerance_V: outputTolerance }
          : { tolerance, outputTolerance }),
      })),
    })),
  };
}

/** A row a sample and phase. */
export function settlingTable({ settler, samples }: RunSettling): string {
  const seconds = settler.timeUnit === 's';
  const unit = seconds ? 's' : 'time_constants';
  const base = ['sample', 'target', 'phase', 'beta', `settling_${unit}`, `output_settling_${unit}`];
  const energies = ['delivered', 'inputs', 'biases', 'nudge', 'dissipated', 'stored'] as const;
  const rows = samples.flatMap(({ sample, target, phases }) =>
    phases.map((phase): TableCell[] => {
      const { name, beta, settling, outputSettling, tolerance, outputTolerance, steps, energy } = phase;
      return [
        ...[sample, target, name, beta, settling, outputSettling, tolerance, outputTolerance],
        ...(energy === undefined
          ? []
          : [
              ...energies.map((key) => energy[`${key}_J`]),
              energy.imbalance,
              phase.restPower_W ?? Number.NaN,
              phase.turns ?? 0,
            ]),
        steps,
      ];
    }),
  );
  const tolerances = seconds ? ['tolerance_V', 'output_tolerance_V'] : ['tolerance', 'output_tolerance'];
  return csvText(
    [
      ...base,
      ...tolerances,
      ...(seconds ? [...energies.map((key) => `${key}_J`), 'imbalance', 'rest_power_W', 'diode_turns'] : []),
      'steps',
    ],
    rows,
  );
}
