import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { OhmpropError } from '../../core/index.js';
import { SimulatedCells } from '../../devices/cells/index.js';
import { linearCells, withRange } from '../../devices/cells/pulse/index.js';
import type { ArrayAsked } from '../../drivers/instruments/index.js';
import {
  describeRun,
  type InstrumentArray,
  initialiseRun,
  openDescribed,
  requireWithinData,
} from '../../experiments/composition/index.js';
import { type RunConfig, readConfig, runConfigSchema } from '../../experiments/schema/index.js';
import { loadData } from '../../learning/index.js';
import { scratch } from '../scratch.js';

/** Every key of the schema of configurations, as a path; alternatives together. */
export function everyKey(): string[] {
  const found = new Set<string>();
  const visit = (node: JsonNode, path: string): void => {
    const alternatives = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
    for (const alternative of alternatives) visit(alternative, path);
    const inner = Object.entries(node.properties ?? {});
    for (const [key, property] of inner) visit(property, path === '' ? key : `${path}.${key}`);
    if (inner.length === 0 && !alternatives.some(({ properties }) => properties)) found.add(path);
  };
  visit(z.toJSONSchema(runConfigSchema, { io: 'input', unrepresentable: 'any' }) as JsonNode, '');
  return [...found];
}

interface JsonNode {
  properties?: Record<string, JsonNode>;
  anyOf?: JsonNode[];
  oneOf?: JsonNode[];
}

/** What came of a small training: a hash of all that it reached, or the refusal. */
export type Outcome =
  | { readonly config: RunConfig; readonly reached: string; readonly warnings: readonly string[] }
  | { readonly refusal: string };

/** A map to learn in place of classes, in a file. */
const NUMBERS = `${scratch()}/numbers.csv`;
writeFileSync(
  NUMBERS,
  [
    'a,b,y',
    ...Array.from({ length: 24 }, (_, k) => [k % 5, (k * 7) % 11, (k % 5) - ((k * 7) % 11) / 3].join(',')),
  ].join('\n'),
);

/** Six flowers, in a file. */
const FLOWERS = `${scratch()}/flowers.csv`;
const iris = await loadData('iris', { seed: 1 });
writeFileSync(
  FLOWERS,
  [
    ['a', 'b', 'c', 'd', 'class'].join(','),
    ...[1, 2, 3, 4, 5, 6].map((s) => {
      const { values, labels, features } = iris.train;
      const row = Array.from(values.subarray(s * features, (s + 1) * features));
      return [...row, iris.classNames[labels[s]]].join(',');
    }),
  ].join('\n'),
);

/** What cells behind an instrument may get. */
const LIMITS = `${scratch()}/my.limits.yaml`;
writeFileSync(
  LIMITS,
  'kind: limits\nformat: 1\nmaxVoltage_V: 4\ncompliance_A: 1mA\nmaxWidth_s: 1ms\nmaxPulses: 100\n',
);

/** Simulated cells in the place of an instrument's. */
async function openArray({ window = [1e-6, 1e-4] }: ArrayAsked): Promise<InstrumentArray> {
  const model = withRange(linearCells(100), ...window);
  const cells = new SimulatedCells({ rows: 32, columns: 32, model, seed: 1, initial_S: window[1] / 2 });
  return { cells, identity: 'simulated', nominal: { look_s: () => 0, pulse_s: 0 }, now_s: () => 0 };
}

/** Trains as `ohmprop train --preset … --set …` would, without a run directory. */
export async function outcomeOf(preset: string, set: readonly string[]): Promise<Outcome> {
  const pulses = `${scratch()}/pulses.csv`;
  try {
    const config = await readConfig({
      preset,
      set: set.map((text) =>
        text
          .replace('PULSES', pulses)
          .replace('FLOWERS', FLOWERS)
          .replace('NUMBERS', NUMBERS)
          .replace('LIMITS', LIMITS),
      ),
    });
    const description = await describeRun(config);
    requireWithinData(description);
    const run = await openDescribed(description, { openArray });
    try {
      await initialiseRun(run);
      const hash = createHash('sha256').update(run.trainer.device.info.name);
      const warnings = [...(run.composition.warnings ?? [])];
      for await (const event of run.trainer.run()) {
        if (event.type === 'warning') warnings.push(event.text);
        if (event.type !== 'epoch') continue;
        const { seconds: _, samplesPerSecond: __, ...record } = event.record;
        hash.update(JSON.stringify(record));
      }
      for (const values of Object.values(await run.trainer.device.readParameters())) {
        hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      }
      if (existsSync(pulses)) hash.update(readFileSync(pulses));
      return { config, reached: hash.digest('hex'), warnings };
    } finally {
      await run.trainer.device.close();
    }
  } catch (error) {
    if (error instanceof OhmpropError && error.exitCode === 2) return { refusal: error.message };
    throw error;
  }
}
