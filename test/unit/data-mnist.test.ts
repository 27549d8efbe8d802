import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheDirectory, loadData, mnist, readMnistDirectory } from '../../learning/data/index.js';
import { scratch } from '../scratch.js';

/** A set of the same build as MNIST: 5 training and 3 test images of 2 × 3 pixels. */
const files: Readonly<Record<string, Uint8Array>> = {
  'train-images-idx3-ubyte': idx([5, 2, 3], (i) => i),
  'train-labels-idx1-ubyte': idx([5], (i) => 9 - i),
  't10k-images-idx3-ubyte': idx([3, 2, 3], (i) => 100 + i),
  't10k-labels-idx1-ubyte': idx([3], (i) => i),
};

function idx(shape: number[], value: (i: number) => number): Uint8Array {
  const length = shape.reduce((product, size) => product * size, 1);
  const data = Array.from({ length }, (_, i) => value(i));
  return Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((size) => [0, 0, 0, size]), ...data]);
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let directory: string;
beforeEach(() => {
  directory = scratch('mnist');
});

async function writeSet(changes: Record<string, Uint8Array | undefined> = {}) {
  for (const [name, bytes] of Object.entries({ ...files, ...changes })) {
    if (bytes) await writeFile(join(directory, name), bytes);
  }
}

describe('mnist:DIR', () => {
  it('reads the four files, keeps bytes as bytes, and takes validation off the end of training', async () => {
    await writeSet();
    const data = await loadData(`mnist:${directory}`, { seed: 1, validation: 2 });
    expect(data.imageShape).toEqual([2, 3]);
    expect([data.features, data.classes]).toEqual([6, 10]);
    expect(data.train.values).toEqual(Uint8Array.from({ length: 18 }, (_, i) => i));
    expect(data.train.labels).toEqual(Uint8Array.of(9, 8, 7));
    expect(data.validation?.values).toEqual(Uint8Array.from({ length: 12 }, (_, i) => 18 + i));
    expect(data.validation?.labels).toEqual(Uint8Array.of(6, 5));
    expect(data.test.labels).toEqual(Uint8Array.of(0, 1, 2));
    expect(data.sources).toMatchObject(
      Object.entries(files).map(([name, bytes]) => ({ file: join(directory, name), sha256: sha256(bytes) })),
    );
  });

  it('takes packed files and the spelling with a dot, and goes by what is in a file, not by its name', async () => {
    await writeSet({
      'train-images-idx3-ubyte': undefined,
      'train-images.idx3-ubyte.gz': gzipSync(files['train-images-idx3-ubyte']),
      'train-labels-idx1-ubyte': undefined,
      'train-labels.idx1-ubyte': files['train-labels-idx1-ubyte'],
      't10k-labels-idx1-ubyte': undefined,
      't10k-labels-idx1-ubyte.gz': files['t10k-labels-idx1-ubyte'],
    });
    const data = await readMnistDirectory(directory);
    expect(data.train.values).toEqual(Uint8Array.from({ length: 30 }, (_, i) => i));
    expect(data.sources[0]).toMatchObject({
      file: join(directory, 'train-images.idx3-ubyte.gz'),
      sha256: sha256(gzipSync(files['train-images-idx3-ubyte'])),
    });
  });

  it('unpacks a file once, gives everybody a copy, and sees that a file is another one by now', async () => {
    const name = 'train-images-idx3-ubyte';
    await writeSet({ [name]: undefined, [`${name}.gz`]: gzipSync(files[name]) });
    const first = await readMnistDirectory(directory);
    const wanted = Uint8Array.from({ length: 30 }, (_, i) => i);
    (first.train.values as Uint8Array).fill(7);
    const second = await readMnistDirectory(directory);
    expect(second.train.values).toEqual(wanted);
    (second.train.values as Uint8Array).fill(8);
    expect((await readMnistDirectory(directory)).train.values).toEqual(wanted);
    await writeFile(join(directory, `${name}.gz`), gzipSync(idx([5, 2, 3], (i) => 2 * i)));
    const changed = await readMnistDirectory(directory);
    expect(changed.train.values).toEqual(wanted.map((i) => 2 * i));
  });

  const packed = gzipSync(files['t10k-images-idx3-ubyte']);
  it.each<[string, Record<string, Uint8Array | undefined>, string, RegExp]>([
    [
      'a missing file',
      { 't10k-labels-idx1-ubyte': undefined },
      'mnist.missing',
      /there is no t10k-labels-idx1-ubyte, t10k-labels\.idx1-ubyte, t10k-labels-idx1-ubyte\.gz/,
    ],
    [
      'images where labels should be',
      { 'train-labels-idx1-ubyte': files['train-images-idx3-ubyte'] },
      'mnist.shape',
      /train-labels-idx1-ubyte: labels need 1 dimensions.*got 3 \(5 × 2 × 3\); are images and labels mixed up/,
    ],
    [
      'labels where images should be',
      { 'train-images-idx3-ubyte': files['train-labels-idx1-ubyte'] },
      'mnist.shape',
      /train-images-idx3-ubyte: images need 3 dimensions.*got 1 \(5\)/,
    ],
    [
      'no images at all',
      { 'train-images-idx3-ubyte': idx([0, 2, 3], () => 0) },
      'mnist.shape',
      /none of them 0; got 3 \(0 × 2 × 3\)/,
    ],
    [
      'test images of another size',
      { 't10k-images-idx3-ubyte': idx([3, 4, 4], () => 0) },
      'mnist.shape',
      /t10k-images-idx3-ubyte: images of 4 × 4 pixels, those of .*train-images-idx3-ubyte have 2 × 3/,
    ],
    [
      'fewer labels than images',
      { 'train-labels-idx1-ubyte': idx([4], () => 0) },
      'mnist.count',
      /train-labels-idx1-ubyte: 4 labels, but .*train-images-idx3-ubyte has 5 images/,
    ],
    [
      'a label that is no digit',
      { 't10k-labels-idx1-ubyte': idx([3], (i) => 5 * i) },
      'mnist.label',
      /t10k-labels-idx1-ubyte: label 2 \(counted from 0\) must be 0 … 9, got 10/,
    ],
    [
      'a file cut short',
      { 't10k-images-idx3-ubyte': files['t10k-images-idx3-ubyte'].subarray(0, 30) },
      'idx.truncated',
      /t10k-images-idx3-ubyte: data of shape 3 × 2 × 3 needs 18 bytes, got 14/,
    ],
    [
      'a packed file cut short',
      { 't10k-images-idx3-ubyte': packed.subarray(0, packed.length - 9) },
      'data.gzip',
      /t10k-images-idx3-ubyte: the gzip data do not unpack/,
    ],
    [
      'bytes after the end',
      { 'train-labels-idx1-ubyte': Uint8Array.from([...files['train-labels-idx1-ubyte'], 1, 2]) },
      'idx.trailing',
      /train-labels-idx1-ubyte: shape 5 needs 5 bytes of data, got 7/,
    ],
  ])('refuses %s', async (_, changes, code, message) => {
    await writeSet(changes);
    const reading = readMnistDirectory(directory);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toMatchObject({ name: 'OhmpropError', code, exitCode: 2 });
  });

  it('refuses a directory that is not there', async () => {
    await expect(readMnistDirectory(join(directory, 'none'))).rejects.toThrow(/cannot be listed \(ENOENT\)/);
    await mkdir(join(directory, 'train-images-idx3-ubyte'));
    await writeSet({ 'train-images-idx3-ubyte': undefined });
    await expect(readMnistDirectory(directory)).rejects.toThrow(
      /train-images-idx3-ubyte: this is a directory/,
    );
  });
});

describe('mnist', () => {
  const checksums = {
    'train-images': sha256(files['train-images-idx3-ubyte']),
    'train-labels': sha256(files['train-labels-idx1-ubyte']),
    't10k-images': sha256(files['t10k-images-idx3-ubyte']),
    't10k-labels': sha256(files['t10k-labels-idx1-ubyte']),
  };
  const servers: Server[] = [];
  let requests: string[] = [];

  /** A mirror on the loopback; returns its address. */
  async function serve(answer: RequestListener): Promise<string> {
    const server = createServer((request, response) => {
      requests.push(request.url ?? '');
      answer(request, response);
    });
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mnist/`;
  }

  const good: RequestListener = (request, response) => {
    const name = (request.url ?? '').replace('/mnist/', '').replace(/\.gz$/, '');
    response.end(gzipSync(files[name]));
  };

  beforeEach(() => {
    requests = [];
  });
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  it('fetches each file once, then lives on its cache', async () => {
    const mirrors = [await serve(good)];
    const told: string[] = [];
    const options = {
      cacheDir: directory,
      mirrors,
      checksums,
      notify: (message: string) => told.push(message),
    };
    const first = await mnist(options);
    expect(first.train.count).toBe(5);
    expect(requests).toHaveLength(4);
    expect(told[0]).toBe(`fetching ${mirrors[0]}train-images-idx3-ubyte.gz`);
    expect(await mnist({ ...options, mirrors: [] })).toEqual(first);
    expect(requests).toHaveLength(4);
    expect((await readdir(join(directory, 'mnist'))).sort()).toEqual(
      Object.keys(files)
        .map((name) => `${name}.gz`)
        .sort(),
    );
  });

  it('fetches again what is damaged in the cache', async () => {
    const mirrors = [await serve(good)];
    const options = { cacheDir: directory, mirrors, checksums };
    await mnist(options);
    const cached = join(directory, 'mnist', 'train-labels-idx1-ubyte.gz');
    const whole = await readFile(cached);
    for (const damaged of [whole.subarray(0, 10), gzipSync('something else')]) {
      await writeFile(cached, damaged);
      requests = [];
      await mnist(options);
      expect(requests).toEqual(['/mnist/train-labels-idx1-ubyte.gz']);
      expect(await readFile(cached)).toEqual(whole);
    }
  });

  it('goes on to the next mirror when one is down, lies, or breaks off', async () => {
    const refusing = 'http://127.0.0.1:1/mnist/';
    const missing = await serve((_, response) => response.writeHead(404).end('not here'));
    const lying = await serve((_, response) => response.end(gzipSync('<html>log in first</html>')));
    const breaking = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('part');
      setTimeout(() => response.destroy(), 20);
    });
    const mirrors = [refusing, missing, lying, breaking];
    const failing = mnist({ cacheDir: directory, mirrors, checksums });
    await expect(failing).rejects.toMatchObject({ code: 'mnist.download', exitCode: 1 });
    const { message } = (await failing.catch((error: unknown) => error)) as Error;
    expect(message).toContain('train-images-idx3-ubyte.gz could not be had from any mirror');
    expect(message).toContain(`${missing}train-images-idx3-ubyte.gz: the server answered 404 Not Found`);
    expect(message).toContain(`should be ${checksums['train-images']}, got`);
    for (const mirror of mirrors) expect(message).toContain(mirror);
    expect(await readdir(directory)).toEqual([]);

    const data = await mnist({ cacheDir: directory, mirrors: [...mirrors, await serve(good)], checksums });
    expect(data.test.labels).toEqual(Uint8Array.of(0, 1, 2));
  });

  it('gives up a server that falls silent or sends without end', async () => {
    const silent = await serve((_, response) => response.write('a'));
    const endless = await serve((_, response) => response.end(new Uint8Array(5000)));
    const failing = mnist({
      cacheDir: directory,
      mirrors: [silent, endless],
      checksums,
      stall_seconds: 0.1,
      limit_bytes: 4000,
    });
    await expect(failing).rejects.toThrow(/nothing came for 0.1 s.*\n.*more than 4000 bytes came/);
  });

  it('stops at once when the caller aborts', async () => {
    const abort = new AbortController();
    const silent = await serve(() => abort.abort(new Error('enough')));
    const mirrors = [silent, await serve(good)];
    await expect(mnist({ cacheDir: directory, mirrors, checksums, signal: abort.signal })).rejects.toThrow(
      'enough',
    );
    expect(requests).toHaveLength(1);
  });

  it('keeps its files where the environment says', () => {
    expect(cacheDirectory({ OHMPROP_CACHE: '/a/b', XDG_CACHE_HOME: '/c' })).toBe('/a/b');
    expect(cacheDirectory({ XDG_CACHE_HOME: '/c' })).toBe('/c/ohmprop');
    expect(cacheDirectory({ XDG_CACHE_HOME: 'relative' })).toMatch(/\.cache.ohmprop$/);
    expect(cacheDirectory({ OHMPROP_CACHE: '' })).toMatch(/\.cache.ohmprop$/);
  });
});

const dataFolder = process.env.OHMPROP_DATA;
describe.skipIf(!dataFolder)(
  `the real MNIST${dataFolder ? '' : ' (skipped: OHMPROP_DATA is not set)'}`,
  () => {
    it('is what its authors describe, and passes the checksums of the download', async () => {
      const source = join(dataFolder ?? '', 'mnist');
      const data = await readMnistDirectory(source);
      expect([data.train.count, data.test.count, data.features]).toEqual([60_000, 10_000, 784]);
      // The first labels of the training set, and how many test images show each digit.
      expect([...data.train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
      const shown = new Array<number>(10).fill(0);
      for (const label of data.test.labels) shown[label]++;
      expect(shown).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);

      await mkdir(join(directory, 'mnist'));
      for (const name of Object.keys(files)) {
        await writeFile(join(directory, 'mnist', `${name}.gz`), await readFile(join(source, `${name}.gz`)));
      }
      const cached = await mnist({ cacheDir: directory, mirrors: [] });
      expect(Buffer.compare(cached.train.values as Uint8Array, data.train.values as Uint8Array)).toBe(0);
    });
  },
);
