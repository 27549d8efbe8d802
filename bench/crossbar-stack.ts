/**
 * Many arrays of one shape, one input vector: `crossbar solve` on one NPY file, and line by line over `--stdin` (base64), as processes of their
 * own, against the library in a loop.
 *   npm run bench -- crossbar-stack [--arrays 1000] [--size 196] [--times 5]
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { RandomStream } from '../core/index.js';
import { encodeNpy } from '../records/index.js';
import { CrossbarMemory, solveCrossbar } from '../solver/crossbar/index.js';
import { machine } from './machine.js';

const main = fileURLToPath(new URL('../cli/main.js', import.meta.url));

function libraryLoop(cells_S: Float64Array, inputs_V: Float64Array, size: number): void {
  const memory = new CrossbarMemory();
  const wires = { row_ohm: 1, column_ohm: 1 };
  for (let first = 0; first < cells_S.length; first += size * size) {
    const conductances_S = cells_S.subarray(first, first + size * size);
    solveCrossbar({
      rows: size,
      columns: size,
      conductances_S,
      wires,
      inputs_V,
      nodeVoltages: false,
      memory,
    });
  }
}

/** Best of several, seconds. */
function best(times: number, run: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < times; k++) {
    const started = performance.now();
    run();
    least = Math.min(least, (performance.now() - started) / 1000);
  }
  return least;
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { arrays: { type: 'string' }, size: { type: 'string' }, times: { type: 'string' } },
  });
  const [arrays, size, times] = [values.arrays ?? 1000, values.size ?? 196, values.times ?? 5].map(Number);
  const random = new RandomStream(1, 'crossbar stack');
  const cells_S = Float64Array.from({ length: arrays * size * size }, () => 10 ** -random.between(3, 5));
  const inputs_V = Float64Array.from({ length: size }, () => random.between(0.2, 1));
  const folder = mkdtempSync(join(tmpdir(), 'crossbar-stack-'));
  try {
    writeFileSync(join(folder, 'many.npy'), Buffer.concat(encodeNpy(cells_S, [arrays, size, size])));
    writeFileSync(join(folder, 'v.csv'), `${Array.from(inputs_V).join('\n')}\n`);
    const line = 'crossbar solve --conductances many.npy --inputs v.csv --wire-ohm 1 -o i.npz --force';
    const byLibrary = best(times, () => libraryLoop(cells_S, inputs_V, size));
    const byCommand = best(times, () => {
      execFileSync(process.execPath, [main, ...line.split(' ')], { cwd: folder, stdio: 'ignore' });
    });
    const lines = openSync(join(folder, 'many.jsonl'), 'w');
    for (let first = 0; first < cells_S.length; first += size * size) {
      const base64 = Buffer.from(cells_S.buffer, first * 8, size * size * 8).toString('base64');
      const request = { conductances_S: { base64, shape: [size, size] }, inputs_V: Array.from(inputs_V) };
      writeSync(lines, `${JSON.stringify(request)}\n`);
    }
    closeSync(lines);
    const byLines = best(times, () => {
      const stdin = openSync(join(folder, 'many.jsonl'), 'r');
      execFileSync(process.execPath, [main, ...'crossbar solve --stdin --wire-ohm 1'.split(' ')], {
        stdio: [stdin, 'ignore', 'inherit'],
      });
      closeSync(stdin);
    });
    console.log(
      `${arrays} arrays of ${size} × ${size}, one input: library ${byLibrary.toFixed(2)} s, --stdin ${byLines.toFixed(2)} s (${(byLines / byLibrary).toFixed(2)} ×). ${machine()}`,
    );
    console.log(
      `${arrays} arrays of ${size} × ${size}, one input: library ${byLibrary.toFixed(2)} s, command ${byCommand.toFixed(2)} s (${(byCommand / byLibrary).toFixed(2)} ×). ${machine()}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
