import {
  learnedStrategy,
  type ProgramClock,
  type ProgramEvent,
  Programming,
} from '../calibration/program/index.js';
import { SimulatedCells } from '../devices/cells/index.js';
import { linearCells, withRange } from '../devices/cells/pulse/index.js';
import type { CellArray } from '../devices/contract/index.js';
import { machine } from './machine.js';

/**
 * Levels over 0 … 40 µS in cells that relax by the moments measured in technology C (devices/cells/nonidealities/retention.ts), written
 * by the one write-verify loop to within half a level and judged by one read of each cell 1 s after it was accepted, of which
 * the loop knows nothing; the same cells are read again 10⁵ s after the last. `npm run bench -- program-levels [cells] [seed]`.
 */
export async function run(args: readonly string[]): Promise<void> {
  const [cells = 1024, seed = 1] = args.map(Number);
  console.log(machine());
  for (const levels of [8, 16, 32]) {
    for (const after_seconds of [0, 1]) {
      const started = performance.now();
      const found = await program(levels, cells, after_seconds, seed);
      console.log(
        JSON.stringify({ levels, after_s: after_seconds, ...found, s: (performance.now() - started) / 1000 }),
      );
    }
  }
}

const G_MAX_S = 40e-6;
/** Kept for what cells still relax between the first second and the second. */
const GUARD = 0.2;

async function program(levels: number, cells: number, after_seconds: number, seed: number): Promise<object> {
  // even steps of 0.5 %, from cell to cell and pulse to pulse as wide apart as arrays of ReRAM are
  const model = withRange(linearCells(200, 100, G_MAX_S), 0, G_MAX_S);
  const array = new SimulatedCells({
    rows: cells / 32,
    columns: 32,
    model,
    seed,
    nonidealities: { relaxation: true, d2dStep: 0.2, c2c: 0.3, read: 0.01 },
  });
  const level_S = G_MAX_S / (levels - 1);
  const targets_S = Float64Array.from({ length: cells }, (_, i) => (i % levels) * level_S);
  const judge = new Judge(array, 1);
  const programming = new Programming(
    array,
    {
      targets_S,
      within: { absolute_S: level_S / 2 },
      strategy: learnedStrategy(model),
      reads: 4,
      after_seconds,
      guard: after_seconds > 0 ? GUARD : 0,
      budget: 1000,
      passes: 0,
    },
    judge.clock,
  );
  const report = await programming.run({ onEvent: (event) => judge.saw(event) });
  await judge.clock.wait(1);
  const right = (read_S: (cell: number) => number) =>
    report.cells.filter(({ cell, target_S }) => Math.abs(read_S(cell) - target_S) <= level_S / 2).length /
    cells;
  const judged = right((cell) => judge.read_S.get(cell) ?? Number.NaN);
  await array.wait(1e5);
  const late_S = await array.read();
  const pulses = report.cells
    .map((cell) => cell.potentiationPulses + cell.depressionPulses)
    .sort((a, b) => a - b);
  return {
    accepted: report.accepted / cells,
    within1s: judged,
    within1e5s: right((cell) => late_S[cell]),
    meanPulses: report.pulses / cells,
    medianPulses: pulses[Math.floor(cells / 2)],
    p95Pulses: pulses[Math.floor(0.95 * cells)],
    rejectionsACell: report.cells.reduce((sum, { rejections }) => sum + rejections, 0) / cells,
  };
}

/** Reads each cell once, so long after it was last accepted, in the array's own time. */
class Judge {
  readonly read_S = new Map<number, number>();
  private now_seconds = 0;
  private due: { cell: number; at_seconds: number }[] = [];

  constructor(
    private readonly array: CellArray,
    private readonly after_seconds: number,
  ) {}

  readonly clock: ProgramClock = {
    now_seconds: () => this.now_seconds,
    wait: async (seconds) => {
      const until = this.now_seconds + seconds;
      for (;;) {
        const next = Math.min(until, ...this.due.map(({ at_seconds }) => at_seconds));
        await this.array.wait!(Math.max(0, next - this.now_seconds));
        this.now_seconds = next;
        const now = this.due.filter(({ at_seconds }) => at_seconds <= next);
        this.due = this.due.filter(({ at_seconds }) => at_seconds > next);
        const all_S = now.length > 0 ? await this.array.read() : new Float64Array();
        for (const { cell } of now) this.read_S.set(cell, all_S[cell]);
        if (next >= until) return;
      }
    },
  };

  saw({ kind, cell }: ProgramEvent): void {
    if (kind === 'accepted') this.due.push({ cell, at_seconds: this.now_seconds + this.after_seconds });
  }
}
