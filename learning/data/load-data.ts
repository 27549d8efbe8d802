import { inputError, nearestWord, quoted, Registry } from '../../core/index.js';
import type { UnlabelledRows } from './csv.js';
import { type DataSet, holdOutValidation } from './data-set.js';
import { digits } from './digits.js';
import { iris } from './iris.js';
import { type KnownData, presentAs } from './known-data.js';
import type { Use } from './labelled-rows.js';
import { mnist } from './mnist-download.js';
import { readMnistDirectory } from './mnist-files.js';
import { xor } from './xor.js';

export interface LoadOptions {
  /** Of the streams `split`, `digits-train` and `digits-test`. */
  readonly seed: number;
  /** So many of the last training samples, or below 1 such a share, are held out; 10,000 makes MNIST's 50k/10k/10k. */
  readonly validation?: number;
  /** What rows of a user's own file are for, where the file does not say: split by us when left out. */
  readonly use?: Use;
  /** Presented as the data that a run was trained on: classes by name, features by name, its ranges. */
  readonly known?: KnownData;
  /** Columns of numbers that are asked for in place of a class, of a csv:FILE or npz:FILE. */
  readonly targets?: readonly string[];
  /** Where downloads are kept; see `cacheDirectory`. */
  readonly cacheDir?: string;
  readonly signal?: AbortSignal;
  /** Told, for people, what takes time: a download. */
  readonly notify?: (message: string) => void;
}

/** One kind of data: without an argument (`xor`), with one (`csv:FILE`), or either way (`mnist`, `mnist:DIR`). */
export interface DataSource {
  /** What the argument is called; absent where none is taken. */
  readonly argument?: string;
  readonly help: string;
  readonly plain?: (options: LoadOptions) => DataSet | Promise<DataSet>;
  readonly from?: (argument: string, options: LoadOptions) => Promise<DataSet>;
}

/** Every kind of data by its name in a specification, with those that are in use from elsewhere. To add one, add it here. */
export const dataSources = new Registry<DataSource>('data', {
  xor: { help: 'exclusive or, four points', plain: xor },
  iris: { help: "Fisher's iris flowers, 105 to train on and 45 to test on", plain: iris },
  digits: { help: 'drawn digits, 16 × 16, 10,000 and 2,000, no download', plain: digits },
  mnist: {
    argument: 'DIR',
    help: 'MNIST, downloaded once; with a directory, the four IDX files in it (also Fashion-MNIST, K-MNIST)',
    plain: mnist,
    from: (directory, { signal }) => readMnistDirectory(directory, signal),
  },
  csv: {
    argument: 'FILE',
    help: 'rows of numbers with a class, split 80/20 class by class',
    // loads csv-parse, which other data do not need
    from: async (file, options) => (await import('./csv.js')).csv(file, options),
  },
  npz: {
    argument: 'FILE',
    help: 'NumPy arrays x and y, perhaps x_test, y_test and classes, or targets; without x_test split as csv is',
    from: async (file, options) => (await import('./npz.js')).npz(file, options),
  },
});

/**
 * Loads the data that a specification names: `xor`, `iris`, `digits`, `mnist`, `mnist:DIR`, `csv:FILE`, `npz:FILE`.
 * @throws {OhmpropError} `data.unknown`, `data.argument`, and those of the source
 */
export async function loadData(spec: string, options: LoadOptions): Promise<DataSet> {
  const { kind, argument } = partsOf(spec);
  const { known, validation = 0 } = options;
  if (options.targets !== undefined && kind !== 'csv' && kind !== 'npz') {
    throw inputError(
      'data.targets',
      `data ${quoted(spec)}: columns of numbers as targets are read from csv:FILE and npz:FILE; these data have classes`,
    );
  }
  const opened = await open(spec, kind, argument, options);
  const dataSet =
    known === undefined || opened.classNames === known.classNames ? opened : presentAs(opened, known);
  // a file that changed since a run keeps its validation samples
  return dataSet.validation === undefined ? holdOutValidation(dataSet, validation) : dataSet;
}

/**
 * Rows whose classes are asked for, with the cells that stand beside them: of a `csv:FILE` or `npz:FILE`.
 * @throws {OhmpropError} `data.rows`, and those of the source
 */
export async function loadRows(
  spec: string,
  known: KnownData,
  signal?: AbortSignal,
): Promise<UnlabelledRows> {
  const { kind, argument } = partsOf(spec);
  if (kind === 'csv' && argument) return (await import('./csv.js')).csvRows(argument, known, signal);
  if (kind === 'npz' && argument) return (await import('./npz.js')).npzRows(argument, known, signal);
  throw inputError('data.rows', `data "${spec}": rows to predict come out of csv:FILE or npz:FILE`);
}

function partsOf(spec: string): { kind: string; argument: string | undefined } {
  const colon = spec.indexOf(':');
  if (colon < 0) return { kind: spec, argument: undefined };
  return { kind: spec.slice(0, colon), argument: spec.slice(colon + 1) };
}

function open(
  spec: string,
  kind: string,
  argument: string | undefined,
  options: LoadOptions,
): DataSet | Promise<DataSet> {
  const source = dataSources.get(kind);
  if (source === undefined) {
    const ending = /\.(csv|npz)$/i.exec(spec)?.[1].toLowerCase();
    // Of one letter it is a drive's name.
    if (ending !== undefined && (argument === undefined || kind.length === 1)) {
      throw inputError(
        'data.unknown',
        `data ${quoted(spec)}: a file is named with its kind; did you mean ${quoted(`${ending}:${spec}`)}?`,
      );
    }
    const near = nearestWord(kind, dataSources.names);
    throw inputError(
      'data.unknown',
      `data ${quoted(spec)} is unknown; ${near ? `did you mean "${near}"? Known` : 'known'} are ${knownForms().join(', ')}`,
    );
  }
  if (argument !== undefined && source.from === undefined) {
    throw inputError(
      'data.argument',
      `data ${quoted(spec)}: "${kind}" takes nothing after it; write ${kind}`,
    );
  }
  if (argument === '' || (argument === undefined && source.plain === undefined)) {
    throw inputError(
      'data.argument',
      `data ${quoted(spec)} names no ${source.argument}; write ${kind}:${source.argument}`,
    );
  }
  if (argument !== undefined && source.from) return source.from(argument, options);
  if (source.plain) return source.plain(options);
  throw new Error(`data source ${kind} can be opened in no way`);
}

/** `xor`, `iris`, …, `mnist`, `mnist:DIR`, `csv:FILE` */
function knownForms(): string[] {
  return dataSources.names.flatMap((kind) => {
    const { plain, from, argument } = dataSources.get(kind) as DataSource;
    return [...(plain ? [kind] : []), ...(from ? [`${kind}:${argument}`] : [])];
  });
}
