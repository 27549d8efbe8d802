import { z } from 'zod';
import {
  dynamicCell,
  isCellFileName,
  missingPart,
  readCellFile,
} from '../../calibration/cell-files/index.js';
import { inputError } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import { MAX_YAML_CHARACTERS, readYaml } from '../../core/yaml/index.js';
import {
  type ElementModel,
  expressionModel,
  physicalPreset,
  type SweepProposal,
} from '../../devices/elements/index.js';
import { describeIssues } from '../../experiments/schema/index.js';

const schema = z.strictObject({
  name: z.string(),
  /** I(v, x), A. */
  current: z.string(),
  /** dx/dt over v, x and i. */
  rate: z.string().optional(),
  state: z
    .strictObject({
      name: z.string().optional(),
      unit: z.string().optional(),
      low: z.number().optional(),
      high: z.number().optional(),
      initial: z.number().optional(),
    })
    .optional(),
  /** Numbers, or with bounds and unit. */
  parameters: z
    .record(
      z.string(),
      z.union(
        [
          z.number(),
          z.strictObject({
            value: z.number(),
            min: z.number().optional(),
            max: z.number().optional(),
            unit: z.string().optional(),
          }),
        ],
        'needs a number, or a value with min, max and unit',
      ),
    )
    .optional(),
  validRange_V: z.tuple([z.number(), z.number()]).optional(),
});

export interface NamedModel {
  /** Of the preset, or what the user's file calls it. */
  readonly name: string;
  readonly model: ElementModel;
  readonly source: string;
  readonly sweep: SweepProposal;
}

/**
 * A preset by name, a YAML file with the equations of a user's own model, or a cell file with the part `dynamics`.
 * @param consumer as typed, for a file without that part
 */
export async function namedModel(name: string, consumer = 'cell sweep'): Promise<NamedModel> {
  if (isCellFileName(name)) return modelOfFile(name, consumer);
  if (!/\.(ya?ml|json)$/i.test(name)) {
    const preset = physicalPreset(name);
    return { name, model: preset.make(), source: preset.source, sweep: preset.sweep };
  }
  const most_bytes = 4 * MAX_YAML_CHARACTERS;
  const bytes = await readRegularFile(name, { most_bytes }).catch((cause: Error) => {
    throw inputError('device.unreadable', `${name}: cannot be read (${cause.message})`, cause);
  });
  const content = readYaml(new TextDecoder().decode(bytes), name, 'device.yaml');
  const parsed = schema.safeParse(content);
  if (!parsed.success) {
    const nothing =
      typeof content === 'object' && content !== null
        ? ''
        : '\n  a model has name, current, and for a state rate';
    throw inputError(
      'device.equations',
      `${name}:\n  ${describeIssues(schema, parsed.error, content)}${nothing}`,
    );
  }
  const model = await expressionModel(withoutUndefined(parsed.data) as Parameters<typeof expressionModel>[0]);
  const sweep = { positive_V: 1, negative_V: 1, frequency_Hz: 1, series_ohm: 0 };
  return { name: model.name, model, source: name, sweep };
}

async function modelOfFile(path: string, consumer: string): Promise<NamedModel> {
  const read = await readCellFile(path);
  const cell = await dynamicCell(read.cell);
  if (cell === undefined) throw missingPart(read, ['dynamics'], consumer);
  return { name: read.cell.name, model: cell.model, source: path, sweep: cell.sweep };
}

function withoutUndefined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
