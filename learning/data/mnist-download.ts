import { OhmpropError, runError } from '../../core/index.js';
import type { DataSet } from './data-set.js';
import { type DownloadOptions, download } from './download.js';
import {
  assembleMnist,
  type MnistPart,
  mnistParts,
  type PartContent,
  partName,
  unpackPart,
} from './mnist-files.js';
import { cacheDirectory, keepFile, pathIn, sha256Of } from './platform.js';
import { readSourceFile, unpack } from './source-file.js';

/** Directories that hold the four files as `.gz`, tried in turn. */
const mnistMirrors: readonly string[] = [
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
];

/** SHA-256 of the unpacked files: mirrors differ in how they packed them. */
const mnistChecksums: Readonly<Record<MnistPart, string>> = {
  'train-images': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  'train-labels': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  't10k-images': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  't10k-labels': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
};

export interface MnistDownload extends DownloadOptions {
  readonly cacheDir?: string;
  readonly mirrors?: readonly string[];
  /** Expected SHA-256 of each unpacked part. */
  readonly checksums?: Readonly<Record<MnistPart, string>>;
  /** Told, for people, what is being fetched. */
  readonly notify?: (message: string) => void;
}

/**
 * MNIST (LeCun, Cortes & Burges): 60,000 training and 10,000 test images of 28 × 28 bytes. Fetched once into the cache
 * and checked on every use; a damaged file in the cache is fetched again.
 * @throws {OhmpropError} `mnist.download` (exit code 1) if no mirror gives a file whose checksum is right
 */
export async function mnist(options: MnistDownload = {}): Promise<DataSet> {
  const directory = pathIn(options.cacheDir ?? cacheDirectory(), 'mnist');
  const contents = {} as Record<MnistPart, PartContent>;
  for (const part of mnistParts) {
    contents[part] =
      (await fromCache(part, directory, options)) ?? (await fromMirrors(part, directory, options));
  }
  return assembleMnist('mnist', contents);
}

async function fromCache(
  part: MnistPart,
  directory: string,
  { checksums = mnistChecksums, signal, notify }: MnistDownload,
): Promise<PartContent | undefined> {
  const file = pathIn(directory, `${partName(part)}.gz`);
  try {
    const content = await unpackPart(await readSourceFile(file, signal));
    if ((await sha256Of(content.bytes)) === checksums[part]) return content;
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    if (error.code === 'data.unreadable') return undefined;
  }
  notify?.(`${file} is damaged and is fetched again`);
  return undefined;
}

async function fromMirrors(part: MnistPart, directory: string, options: MnistDownload): Promise<PartContent> {
  const { mirrors = mnistMirrors, checksums = mnistChecksums, notify } = options;
  const name = `${partName(part)}.gz`;
  const failures: string[] = [];
  for (const mirror of mirrors) {
    const url = `${mirror}${name}`;
    notify?.(`fetching ${url}`);
    try {
      const packed = await download(url, options);
      const unpacked = await unpack(packed, url);
      const checksum = await sha256Of(unpacked);
      if (checksum === checksums[part]) {
        const file = pathIn(directory, name);
        await keepFile(directory, file, packed);
        return { bytes: unpacked, source: { file, bytes: packed.length, sha256: await sha256Of(packed) } };
      }
      failures.push(`${url}: SHA-256 of the unpacked file should be ${checksums[part]}, got ${checksum}`);
    } catch (error) {
      if (!(error instanceof OhmpropError) || !passesOn.has(error.code)) throw error;
      failures.push(error.message);
    }
  }
  throw runError(
    'mnist.download',
    `${name} could not be had from any mirror:\n  ${failures.join('\n  ')}\n` +
      'Check the network, or put the four files into a directory and say mnist:DIR; --data digits needs no download.',
  );
}

/** What the next mirror may do better; a full disk it may not. */
const passesOn: ReadonlySet<string> = new Set(['download.failed', 'data.gzip']);
