import { inputError } from '../../core/index.js';
import type { DataSet, Samples, SourceFile } from './data-set.js';
import { type IdxArray, parseIdx } from './idx.js';
import { listDirectory, pathIn } from './platform.js';
import { type ReadFile, readSourceFile, unpack } from './source-file.js';

/** The four parts of MNIST and of the sets that took over its names (Fashion-MNIST, K-MNIST). */
export const mnistParts = ['train-images', 'train-labels', 't10k-images', 't10k-labels'] as const;
export type MnistPart = (typeof mnistParts)[number];

/** An unpacked part and where it came from. */
export interface PartContent {
  readonly bytes: Uint8Array;
  readonly source: SourceFile;
}

const classes = 10;

/** The usual name of a part, without `.gz`. */
export function partName(part: MnistPart): string {
  return part.endsWith('images') ? `${part}-idx3-ubyte` : `${part}-idx1-ubyte`;
}

/** Names under which a part is looked for, the best first. */
function namesOf(part: MnistPart): string[] {
  const usual = partName(part);
  const dotted = usual.replace('-idx', '.idx');
  return [usual, dotted, `${usual}.gz`, `${dotted}.gz`];
}

/**
 * Reads MNIST, or a set that is named and built like it, out of a directory with its four IDX files, packed or not.
 * @throws {OhmpropError} `mnist.missing`, `mnist.shape`, `mnist.count`, `mnist.label`, `data.*`, `idx.*`
 */
export async function readMnistDirectory(directory: string, signal?: AbortSignal): Promise<DataSet> {
  let present: Set<string>;
  try {
    present = new Set(await listDirectory(directory));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw inputError(
      'mnist.missing',
      `mnist:${directory}: the directory cannot be listed (${code}); give one that holds the four IDX files`,
      cause,
    );
  }
  const contents = {} as Record<MnistPart, PartContent>;
  for (const part of mnistParts) {
    const name = namesOf(part).find((candidate) => present.has(candidate));
    if (name === undefined) {
      throw inputError(
        'mnist.missing',
        `mnist:${directory}: there is no ${namesOf(part).join(', ')}; the directory must hold one of them for each of ` +
          `${mnistParts.join(', ')}`,
      );
    }
    const file = pathIn(directory, name);
    contents[part] = await unpackPart(await readSourceFile(file, signal));
  }
  return assembleMnist(`mnist:${directory}`, contents);
}

/** Parts that were unpacked last, by the SHA-256 of their files. Nobody but this file has hold of them. */
const unpacked = new Map<string, Uint8Array>();

/**
 * The content of a part's file. Who reads the same set again, as the worker of a study does for every trial, gets a copy of what was unpacked
 * before, which takes a tenth of the time.
 * @throws {OhmpropError} `data.gzip`
 */
export async function unpackPart({ bytes: packed, source }: ReadFile): Promise<PartContent> {
  const known = unpacked.get(source.sha256);
  if (known !== undefined) return { bytes: new Uint8Array(known), source };
  const bytes = await unpack(packed, source.file);
  if (bytes !== packed) {
    // One set at a time.
    if (unpacked.size >= mnistParts.length) unpacked.clear();
    unpacked.set(source.sha256, new Uint8Array(bytes));
  }
  return { bytes, source };
}

/** Joins the four parts. Pixels stay bytes; training and test samples keep the order of the files. */
export function assembleMnist(name: string, contents: Readonly<Record<MnistPart, PartContent>>): DataSet {
  const train = readSamples(contents['train-images'], contents['train-labels']);
  const test = readSamples(contents['t10k-images'], contents['t10k-labels']);
  const [rows, columns] = train.imageShape;
  if (test.imageShape[0] !== rows || test.imageShape[1] !== columns) {
    throw inputError(
      'mnist.shape',
      `${contents['t10k-images'].source.file}: images of ${test.imageShape.join(' × ')} pixels, those of ` +
        `${contents['train-images'].source.file} have ${rows} × ${columns}; the files belong to different sets`,
    );
  }
  return {
    name,
    features: rows * columns,
    classes,
    classNames: Array.from({ length: classes }, (_, k) => String(k)),
    featureRange: [0, 255],
    imageShape: [rows, columns],
    train: train.samples,
    test: test.samples,
    sources: mnistParts.map((part) => contents[part].source),
  };
}

function readSamples(images: PartContent, labels: PartContent) {
  const imageFile = images.source.file;
  const labelFile = labels.source.file;
  const imageArray = parseIdx(images.bytes, imageFile);
  const labelArray = parseIdx(labels.bytes, labelFile);
  checkDimensions(imageArray, 3, 'images', imageFile);
  checkDimensions(labelArray, 1, 'labels', labelFile);
  const [count, rows, columns] = imageArray.shape;
  if (labelArray.shape[0] !== count) {
    throw inputError(
      'mnist.count',
      `${labelFile}: ${labelArray.shape[0]} labels, but ${imageFile} has ${count} images; the files belong to different sets`,
    );
  }
  const wrong = labelArray.data.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw inputError(
      'mnist.label',
      `${labelFile}: label ${wrong} (counted from 0) must be 0 … ${classes - 1}, got ${labelArray.data[wrong]}; ` +
        'the file is damaged or of another set',
    );
  }
  const features = rows * columns;
  const samples: Samples = { count, features, classes, values: imageArray.data, labels: labelArray.data };
  return { samples, imageShape: [rows, columns] as const };
}

function checkDimensions({ shape }: IdxArray, dimensions: number, what: string, file: string): void {
  if (shape.length === dimensions && !shape.includes(0)) return;
  throw inputError(
    'mnist.shape',
    `${file}: ${what} need ${dimensions} dimensions, none of them 0; got ${shape.length} (${shape.join(' × ')}); ` +
      'are images and labels mixed up?',
  );
}
