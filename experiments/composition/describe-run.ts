import { inputError, readQuantity } from '../../core/index.js';
import {
  type DataSet,
  holdOutValidation,
  identitiesOf,
  type KnownData,
  knownData,
  type LoadOptions,
  limitTraining,
  loadData,
} from '../../learning/index.js';
import type { RunConfig } from '../schema/index.js';

/** What a run is about, before anything is opened: a checked configuration and the data that it names. */
export interface RunDescription {
  readonly config: RunConfig;
  readonly dataSet: DataSet;
}

/** How data are loaded beyond what a configuration says. */
export interface DataOptions {
  readonly signal?: AbortSignal;
  /** Presented as the data of this run: its classes, its features, its ranges. */
  readonly known?: KnownData;
  /** Where what a configuration names is found: the same where that is as it stands. */
  readonly locate?: (spec: string) => string;
  /** Data to look at instead of the configuration's own: tested whole. */
  readonly other?: string;
}

/** Loads the data that a configuration names; opens no device. */
export async function describeRun(config: RunConfig, options: DataOptions = {}): Promise<RunDescription> {
  return { config, dataSet: await composeData(config, options) };
}

/** The data set that a configuration names, with its limit and with parts that come from files of their own. */
export async function composeData(config: RunConfig, options: DataOptions = {}): Promise<DataSet> {
  const { signal, known, other, locate = (spec: string) => spec } = options;
  const { seed, testData, limit } = config;
  const targets = targetsOf(config);
  const how: LoadOptions = {
    seed,
    ...(signal && { signal }),
    ...(known && { known }),
    ...(targets && { targets }),
  };
  if (other !== undefined) return loadData(other, { ...how, use: 'test' });
  const validation = validationOf(config.validation);
  const own = await loadData(locate(config.data), {
    ...how,
    use: testData === undefined ? 'split' : 'train',
  });
  // Which of their samples are among the trained ones is told below.
  const { split: _, ...presented } = known ?? knownData(own);
  const alike: LoadOptions = { ...how, known: presented, use: 'test' };
  const tested =
    testData === undefined ? own : withPart(own, 'test', await loadData(locate(testData), alike));
  const whole =
    validation.from !== undefined
      ? withPart(tested, 'validation', await loadData(locate(validation.from), alike))
      : tested.validation === undefined
        ? holdOutValidation(tested, validation.amount)
        : tested;
  const limited = limit === undefined ? whole : limitTraining(whole, limit);
  const overlaps = [
    ...(testData === undefined ? [] : overlap(limited, 'test', testData, ['train'])),
    ...(validation.from === undefined
      ? []
      : overlap(limited, 'validation', validation.from, ['train', 'test'])),
  ];
  return overlaps.length === 0 ? limited : { ...limited, remarks: [...(limited.remarks ?? []), ...overlaps] };
}

/** Columns of numbers that are to be learned; where only the cost says so, a table's last, an archive's all. */
function targetsOf({ targets, data, training }: RunConfig): readonly string[] | undefined {
  if (targets !== undefined) {
    return targets
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
  }
  return training.cost === 'regression' && /^(csv|npz):/.test(data) ? [] : undefined;
}

function withPart(own: DataSet, part: 'test' | 'validation', other: DataSet): DataSet {
  return {
    ...own,
    [part]: other.test,
    sources: [...own.sources, ...other.sources],
    remarks: [...(own.remarks ?? []), ...(other.remarks ?? [])],
  };
}

type Part = 'train' | 'validation' | 'test';

/** What to say of samples of a file of their own that are among those of other parts, so that they are not new. */
function overlap(dataSet: DataSet, part: Part, file: string, others: readonly Part[]): string[] {
  const identities = (name: Part) => {
    const samples = dataSet[name];
    return samples === undefined ? new Float64Array(0) : identitiesOf(samples, dataSet.classNames);
  };
  const own = identities(part);
  return others.flatMap((other) => {
    const there = new Set(identities(other));
    const count = own.filter((identity) => there.has(identity)).length;
    if (count === 0) return [];
    const [among, so] = overlapTexts[`${part} ${other}`];
    return [`${file}: ${count} of its ${own.length} samples are among those that are ${among}: ${so}`];
  });
}

const overlapTexts: Readonly<Record<string, readonly [among: string, so: string]>> = {
  'test train': ['trained on', 'the test error is too good'],
  'validation train': ['trained on', 'they do not tell which epoch is best for new samples'],
  'validation test': ['tested', 'the epoch is chosen by them, so that the test error is too good'],
};

/** Samples to hold out: how many, or below 1 what share of them; or where they come from. */
function validationOf(validation: RunConfig['validation'] = 0): { amount: number; from?: string } {
  if (typeof validation === 'number') return { amount: validation };
  if (/^[\d.]+\s*%?$/.test(validation)) {
    const { value } = readQuantity(validation, '1', 'validation');
    if (validation.endsWith('%') && value >= 1) {
      throw inputError(
        'data.bad-count',
        `validation: ${validation} leaves no samples to train on; use a smaller share`,
      );
    }
    return { amount: value };
  }
  return { amount: 0, from: validation };
}

/** Throws `config.limit` where more training samples are asked for than there are. Runs of before may have asked so. */
export function requireWithinData({ config, dataSet }: RunDescription): void {
  const { limit } = config;
  const { count } = dataSet.train;
  if (limit === undefined || limit <= count) return;
  throw inputError(
    'config.limit',
    `limit: ${limit} is more than the ${count} training samples of ${dataSet.name}; leave it out to use them all`,
  );
}
