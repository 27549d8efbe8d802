import { relative } from 'node:path';
import { z } from 'zod';
import {
  type GivenUpReason,
  givenUpReasons,
  Programming,
  type ProgramReport,
  type ProgramRequest,
} from '../../calibration/program/index.js';
import { formatQuantity } from '../../core/index.js';
import { type Permit, pulseLimit_V } from '../../devices/limits/index.js';
import { unopenedArray } from '../../experiments/composition/index.js';
import { conductanceWindow } from '../../experiments/schema/index.js';
import { freeRunPath } from '../../records/index.js';
import { heatMap } from '../../report/index.js';
import { requireConsent, yesOption } from '../consent.js';
import { type Answer, defineCommand, type OptionsOf, path, quantity, readBy, whole } from '../frame/index.js';
import { interruptionOf } from '../interruption.js';
import type { Io } from '../io.js';
import { recordOption } from '../record.js';
import { WorkBar } from '../work-bar.js';
import { address, limitsOptions, permitOf } from './options.js';
import { programRequest, type Ramped, readRamp, readTargets, strategyOf } from './program-request.js';
import { ProgramDirectory } from './program-run.js';
import { requireReachable, requireReadable } from './program-targets.js';
import { withArray } from './with-array.js';

const options = z.strictObject({
  address,
  record: recordOption,
  ...limitsOptions,
  target: path(z.string().optional()).meta({
    flag: '--target <file>',
    description:
      'conductance of each cell in S: CSV or NPY, one line a row; an empty field leaves a cell alone',
  }),
  write: z.array(z.string()).optional().meta({
    flag: '--write <row,column=G>',
    kind: 'cell and quantity',
    repeatable: true,
    description: 'one cell: 0,0=80uS; may be repeated',
  }),
  within: quantity('1', z.number().gt(0).lt(1).optional()).meta({
    flag: '--within <share>',
    description: 'how near a target counts as reached, of the target: 2%',
  }),
  near: quantity('S', z.number().gt(0).optional()).meta({
    flag: '--near <G>',
    description: 'how near in conductance counts as reached, instead or where that is more: 1uS',
  }),
  reads: whole(z.number().int().min(1).max(10_000).default(4)).meta({
    flag: '--reads <n>',
    description: 'reads that judge a cell after its rest (4)',
  }),
  after: quantity('s', z.number().min(0).max(86_400).default(0)).meta({
    flag: '--after <time>',
    description: 'how long a cell rests before it is judged; others are written meanwhile (0)',
  }),
  guard: quantity('1', z.number().min(0).max(0.9).default(0)).meta({
    flag: '--guard <share>',
    description: 'share of the tolerance kept for what a cell still relaxes after it was judged (0)',
  }),
  budget: whole(z.number().int().min(1).max(1e9).default(200)).meta({
    flag: '--budget <n>',
    description: 'most pulses to one cell (200)',
  }),
  order: z.string().default('rows').meta({
    flag: '--order <rows|random|file>',
    kind: 'order',
    description: 'in what order cells are taken: rows, random, or a file with row,column a line (rows)',
  }),
  seed: whole(z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(1)).meta({
    flag: '--seed <n>',
    description: 'of the random order (1)',
  }),
  cells: z.string().optional().meta({
    flag: '--cells <file>',
    description: 'a cell file: its pulses and steps instead of a ramp; its limits narrow yours',
  }),
  ramp: readBy('ramp', readRamp, z.custom<Ramped>((value) => typeof value === 'object').optional()).meta({
    flag: '--ramp <start,step,width>',
    description:
      'pulses up to the limits, wider where that is not enough: 0.5V,50mV,1us (a third, a thirtieth of the limit, 1 us; 2 ms of a source-measure unit)',
  }),
  potentiation: z.enum(['positive', 'negative']).default('positive').meta({
    flag: '--potentiation <sign>',
    description: 'which sign of the voltage makes cells conduct more (positive)',
  }),
  read: quantity('V', z.number().optional()).meta({
    flag: '--read <V>',
    description: 'read voltage (0.1 V, or maxRead_V where that is less)',
  }),
  window: conductanceWindow().meta({
    flag: '--window <window>',
    description: 'where the cells work; reads far outside are asked for again',
  }),
  resume: path(z.string().optional()).meta({
    flag: '--resume <dir>',
    description: 'go on with what was broken off in this directory',
  }),
  dryRun: z.boolean().default(false).meta({
    flag: '--dry-run',
    description: 'say what would be done; nothing is opened',
  }),
  yes: yesOption,
});

/** Pulses that a ramp begins with where nobody says, s; a source-measure unit makes no shorter ones. */
const RAMP_s = 1e-6;
const SMU_RAMP_s = 2e-3;

type ProgramOptions = OptionsOf<typeof options>;

export const programInstrumentCommand = defineCommand({
  options,
  outputs: { '/': 'directory with G_final.npy, cells.csv, pulses.csv (default runs/<date>_program_<id>)' },
  draws: 'a heat map of the cells at the end',
  examples: [
    'ohmprop instrument program arc-one:/dev/ttyACM0 --target G.csv --within 2% --after 1s --limits my.limits.yaml',
    'ohmprop instrument program arc-one:/dev/ttyACM0 --write 0,0=80uS --write 3,5=20uS --near 1uS --reads 8 --limits my.limits.yaml --yes',
    'ohmprop instrument program arc-one:/dev/ttyACM0 --target G.csv --within 2% --limits my.limits.yaml --resume runs/2026-01-31_program_a1b2c3',
  ],
  notes:
    'Moves: cells are pulsed until they read their targets, within the limits. Ctrl-C ends it between two pulses; --resume goes on. Cells that do not answer are named, with why.',
  async answer(asked, { io, directory }): Promise<Answer> {
    const given = await permitOf('instrument program', asked);
    const { rows, columns } = unopenedArray(asked.address.text);
    const targets_S = await readTargets(asked, rows, columns);
    const measuresCurrent = asked.address.kind === 'smu';
    const how = await strategyOf(asked, given, measuresCurrent ? SMU_RAMP_s : RAMP_s);
    requireReachable(targets_S, columns);
    if (measuresCurrent) requireReadable(targets_S, columns, how.permit, asked.read);
    const request = await programRequest(asked, targets_S, columns, how);
    const count = targets_S.filter((g) => !Number.isNaN(g)).length;
    const what = moved(asked.address.text, count, asked.budget, how.permit);
    if (asked.dryRun) return planned(what, asked, request, how);
    await requireConsent(io, what, asked.yes);
    const resumed = asked.resume === undefined ? undefined : ProgramDirectory.resume(asked.resume);
    const run =
      resumed?.directory ?? (await ProgramDirectory.begin(directory ?? (await freeRunPath('program'))));
    const highest_S = targets_S.reduce((most, g) => (g > most ? g : most), 0);
    // What the limit of its current lets a source-measure unit read is its window.
    const window = how.window ?? (measuresCurrent ? undefined : ([0, 4 * highest_S] as const));
    const opening = {
      permit: how.permit,
      ...(window === undefined ? {} : { window }),
      journal: run.journal,
      ...(asked.read === undefined ? {} : { read_V: asked.read }),
    };
    const report = await withArray(io, asked.address, opening, async ({ cells }, signal) => {
      const programming = new Programming(cells, request);
      if (resumed !== undefined) programming.restore(resumed.state);
      return runShown(io, programming, run, count, signal);
    });
    await run.finish(report, rows, columns);
    const { cells: _cells, final_S, ...summary } = report;
    return {
      text: reportText(report, relative(process.cwd(), run.path) || run.path),
      json: { directory: run.path, ...summary, cells: report.cells },
      figure: () => heatMap({ values: final_S, rows, columns, quantity: 'conductance', unit: 'S' }),
      files: [run.path],
      ...(report.status === 'stopped' ? { failure: interruptionOf(io.signal) } : {}),
    };
  },
});

/** What would be done, of a dry run. */
function planned(
  what: string,
  { resume, potentiation, record, address, noCurrentLimit }: ProgramOptions,
  { targets_S, strategy, ...request }: ProgramRequest,
  { permit, pulses, window }: Awaited<ReturnType<typeof strategyOf>>,
): Answer {
  const { rows, columns } = unopenedArray(address.text);
  const cells = [...targets_S.keys()]
    .filter((cell) => !Number.isNaN(targets_S[cell]))
    .map((cell) => ({ row: Math.floor(cell / columns), column: cell % columns, target_S: targets_S[cell] }));
  return {
    figure: () => heatMap({ values: targets_S, rows, columns, quantity: 'target', unit: 'S' }),
    text: `${what}\nnothing was opened (--dry-run)`,
    json: {
      address: address.text,
      strategy: strategy.name,
      pulses,
      potentiation,
      ...request,
      permit: { ...permit, noCurrentLimit },
      cells,
      ...(window === undefined ? {} : { window_S: window }),
      ...(resume === undefined ? {} : { resume }),
      ...(record === undefined ? {} : { record }),
    },
  };
}

/** Runs it with a bar, everything taken down as it happens. */
async function runShown(
  io: Io,
  programming: Programming,
  run: ProgramDirectory,
  count: number,
  signal: AbortSignal,
): Promise<ProgramReport> {
  const bar = new WorkBar(io, '{bar} {value}/{total} cells, {what}, {eta_formatted} left');
  const done = new Set<number>();
  let [pulses, saving] = [0, Promise.resolve()];
  try {
    const report = await programming.run({
      signal,
      onEvent: (event) => {
        if (event.kind === 'pulse') pulses += Math.abs(event.count);
        if (event.kind === 'accepted' || event.kind === 'given-up') done.add(event.cell);
        if (event.kind === 'rejected') done.delete(event.cell);
        bar.update(done.size, count, `${pulses} pulses`);
        saving = saving.then(() => run.note(event, programming));
      },
    });
    return report;
  } finally {
    bar.stop();
    await saving;
    await run.save(programming);
  }
}

/** One line: what, how many, V, s, A. */
function moved(address: string, count: number, budget: number, permit: Permit): string {
  const { maxWidth_s, compliance_A, maxPulses, series_ohm } = permit.limits;
  const most = `${formatQuantity(compliance_A, 'A')} at most`;
  const { unlimited } = unopenedArray(address);
  const current =
    series_ohm !== undefined
      ? `through ${formatQuantity(series_ohm, 'ohm')}, ${most}`
      : unlimited === undefined
        ? most
        : 'with nothing that limits the current';
  return `${address}: moves ${count} ${count === 1 ? 'cell' : 'cells'}, up to ${Math.min(budget, maxPulses)} pulses each of up to ±${pulseLimit_V(permit)} V, ${formatQuantity(maxWidth_s, 's')}, ${current}`;
}

function reportText(report: ProgramReport, directory: string): string {
  const { cells, accepted, givenUp, left, finalWithin, pulses, reads, elapsed_seconds } = report;
  const because = (Object.entries(givenUp) as [GivenUpReason, number][]).filter(([, n]) => n > 0);
  return [
    `${accepted} of ${cells.length} cells reached their targets (${finalWithin} still within at the end), ${pulses} pulses, ${reads} reads, ${formatQuantity(elapsed_seconds, 's')}`,
    ...because.map(([reason, n]) => `  ${n} given up: ${givenUpReasons[reason]}${placesOf(report, reason)}`),
    ...(left > 0 ? [`  ${left} not reached: stopped before; go on with --resume ${directory}`] : []),
    `  ${directory}: G_final.npy, cells.csv, pulses.csv`,
  ].join('\n');
}

function placesOf({ cells }: ProgramReport, reason: GivenUpReason): string {
  const of = cells.filter((cell) => cell.reason === reason).map(({ row, column }) => `${row},${column}`);
  return ` (${of.slice(0, 5).join(' · ')}${of.length > 5 ? ' …' : ''})`;
}
