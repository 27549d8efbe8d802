import {
  dynamicCell,
  isCellFileName,
  missingPart,
  type ParameterSpread,
  readCellFile,
} from '../../calibration/cell-files/index.js';
import { inputError, nearestWord, quoted, readQuantity } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import { MAX_YAML_CHARACTERS, readYaml } from '../../core/yaml/index.js';
import {
  type ElementModel,
  expressionModel,
  physicalPreset,
  type SweepProposal,
} from '../../devices/elements/index.js';
import { describeIssues, equationsSchema } from '../../experiments/schema/index.js';

export interface NamedModel {
  /** Of the preset, or what the user's file calls it. */
  readonly name: string;
  readonly model: ElementModel;
  readonly source: string;
  readonly sweep: SweepProposal;
  /** How far its parameters are known; those set are known. */
  readonly spread?: ParameterSpread;
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
  const parsed = equationsSchema.safeParse(content);
  if (!parsed.success) {
    const nothing =
      typeof content === 'object' && content !== null
        ? ''
        : '\n  a model has name, current, and for a state rate';
    throw inputError(
      'device.equations',
      `${name}:\n  ${describeIssues(equationsSchema, parsed.error, content)}${nothing}`,
    );
  }
  const model = await expressionModel(withoutUndefined(parsed.data) as Parameters<typeof expressionModel>[0]);
  const sweep = { positive_V: 1, negative_V: 1, frequency_Hz: 1, series_ohm: 0 };
  return { name: model.name, model, source: name, sweep };
}

/** A state to start in, as asked for. @throws OhmpropError `device.sweep` for a model without a state, and a state out of its bounds */
export function startState({ name, model: { state } }: NamedModel, from: number): number {
  if (state === undefined) throw inputError('device.sweep', `--from: ${name} has no state to start in`);
  if (from >= state.low && from <= state.high) return from;
  const unit = state.unit === '1' ? '' : ` ${state.unit}`;
  throw inputError(
    'device.sweep',
    `--from: the state ${state.name} of ${name} lies between ${state.low} and ${state.high}${unit}, got ${from}`,
  );
}

/** The model with parameters set: `roff=16k`. @throws OhmpropError for a name or a value that it does not take */
export function withParameters(named: NamedModel, set: readonly string[]): NamedModel {
  const changes: Record<string, number> = {};
  for (const text of set) {
    const [, key, value] = /^\s*([^=]+?)\s*=\s*(.+)$/.exec(text) ?? [];
    if (key === undefined) throw inputError('cell.set', `--set ${quoted(text)} should read name=value`);
    const { name, unit } = parameterOf(named, key);
    changes[name] = readQuantity(value, unit, `--set ${name}`).value;
  }
  if (set.length === 0) return named;
  const { spread, ...rest } = named;
  return {
    ...rest,
    model: named.model.with(changes),
    ...(spread === undefined ? {} : { spread: without(spread, Object.keys(changes)) }),
  };
}

function without({ names, values }: ParameterSpread, known: readonly string[]): ParameterSpread {
  const kept = names.flatMap((name, k) => (known.includes(name) ? [] : [k]));
  return { names: kept.map((k) => names[k]), values: kept.map((j) => kept.map((k) => values[j][k])) };
}

/** By its whole name, or by a start that no other has; underscores and case do not matter for that. */
function parameterOf({ name: ofModel, model: { parameters } }: NamedModel, key: string) {
  const bare = (text: string): string => text.toLowerCase().replaceAll('_', '');
  const exact = parameters.filter(({ name }) => name === key);
  const found = exact.length > 0 ? exact : parameters.filter(({ name }) => bare(name).startsWith(bare(key)));
  if (found.length === 1) return found[0];
  const names = parameters.map(({ name }) => name);
  const near = nearestWord(key, names);
  throw inputError(
    'cell.set',
    found.length > 1
      ? `--set ${quoted(key)} may be ${found.map(({ name }) => name).join(' or ')}`
      : `--set: ${ofModel} has no parameter ${quoted(key)}${near === undefined ? '' : `; did you mean ${near}?`} It has ${names.join(', ')}`,
  );
}

async function modelOfFile(path: string, consumer: string): Promise<NamedModel> {
  const read = await readCellFile(path);
  const cell = await dynamicCell(read.cell);
  if (cell === undefined) throw missingPart(read, ['dynamics'], consumer);
  const { model, sweep, spread } = cell;
  const own = { name: read.cell.name, model, source: path, sweep };
  return spread === undefined ? own : { ...own, spread };
}

function withoutUndefined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
