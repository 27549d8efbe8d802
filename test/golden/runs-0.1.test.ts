import { createHash } from 'node:crypto';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readNpz } from '../../records/index.js';
import { type Finished, ohmprop } from '../integration/command-line.js';
import { scratch } from '../scratch.js';

// Runs that version 0.1.0 wrote, and what it made of them: evaluated as they are, and resumed for two more epochs. Any
// later version must read them and go on to the same bits. Figures that came later may stand beside the recorded ones.

interface Expected {
  /** What `eval --json` prints, without the path. */
  evaluation: Record<string, unknown>;
  resume: {
    /** Passes in all. */
    epochs: number;
    /** Lines of metrics.jsonl from then on, without times. */
    metrics: { epoch: number }[];
    /** Arrays of `export` after the last epoch: SHA-256 of their values as little-endian float64. */
    parameters: Record<string, { shape: number[]; sha256: string }>;
  };
}

const fixtures = fileURLToPath(new URL('./runs-0.1/', import.meta.url));
const { runs } = JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8')) as {
  runs: Record<string, Expected>;
};

const directory = scratch('runs');
const finished = new Map<string, { evaluated: Finished; resumed: Finished; exported: Finished }>();

beforeAll(async () => {
  const here = (...args: string[]) => ohmprop(args, { cwd: directory });
  for (const [kind, { resume }] of Object.entries(runs)) {
    cpSync(join(fixtures, kind), join(directory, kind), { recursive: true });
    finished.set(kind, {
      evaluated: await here('eval', kind, '--json'),
      resumed: await here('resume', kind, '--epochs', String(resume.epochs)),
      exported: await here('export', kind, '--last-epoch', '-o', `${kind}.npz`),
    });
  }
});

/** Cells that drift are aged in float32 by the kernel now (docs/decisions/0080-second-cells-of-policies.md): as 0.1.0 had it but for late digits. */
const agedByKernel = ['cells-drift-relaxation'];

/** How the solver got there, which late digits decide. */
const onTheWay = ['residual', 'freeIterations', 'nudgedIterations'];

/** Numbers to six digits, all else as it is. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(6));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (onTheWay.includes(key) ? [] : [[key, rounded(inner)]])),
  );
}

describe.each(Object.entries(runs))('a run of 0.1.0: %s', (kind, { evaluation, resume }) => {
  it('evaluates as it did', () => {
    const { code, stdout, stderr } = finished.get(kind)!.evaluated;
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject(evaluation);
  });

  it('resumes to the same metrics and the same parameters, bit for bit', async () => {
    const { resumed, exported } = finished.get(kind)!;
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).not.toMatch(/the checkpoint was trained with/);
    const metrics = metricsFrom(kind, resume.metrics[0].epoch);
    const before = resume.metrics.map(inTodaysWords);
    expect(exported.code, exported.stderr).toBe(0);
    if (agedByKernel.includes(kind)) {
      expect(rounded(metrics)).toMatchObject(rounded(before) as object);
      return;
    }
    expect(metrics).toMatchObject(before);
    expect(await parametersOf(kind)).toEqual(resume.parameters);
  });
});

/** Figures that had another name in 0.1.0. */
function inTodaysWords(line: { epoch: number; atEdge?: number }): { epoch: number } {
  const { atEdge, ...rest } = line;
  return { ...rest, ...(atEdge === undefined ? {} : { saturatedFraction: atEdge }) };
}

function metricsFrom(kind: string, epoch: number): { epoch: number }[] {
  const lines = readFileSync(join(directory, kind, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line)).filter((line) => line.epoch >= epoch);
}

async function parametersOf(kind: string): Promise<Expected['resume']['parameters']> {
  const arrays = await readNpz(join(directory, `${kind}.npz`));
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => {
      const sha256 = createHash('sha256').update(Float64Array.from(data)).digest('hex');
      return [name, { shape: [...shape], sha256 }];
    }),
  );
}
