/**
 * `calibrate report` over a folder of many small files, as a process of its own: wall time, processor time, largest memory. Files are
 * drawn: three cycles of a bipolar cell each, 363 rows, resistances and voltages that differ from cell to cell and cycle to cycle.
 *   npm run bench -- report-folder [--files 2000] [--times 5]
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { RandomStream } from '../core/index.js';
import { machine } from './machine.js';

/** One file: 0 → 1.6 → −1.6 → 0 V, set near 0.9 V, reset near −1 V, some 1 kΩ and 100 kΩ, 1 % of noise. */
export function drawnCell(seed: number): string {
  const random = new RandomStream(seed, 'report folder');
  const [on_Ohm, off_Ohm] = [1e3 * Math.exp(0.2 * random.normal()), 1e5 * Math.exp(0.4 * random.normal())];
  const rows: string[] = [];
  for (let cycle = 0; cycle < 3; cycle++) {
    const [set_V, reset_V] = [0.9 + 0.05 * random.normal(), -1 + 0.05 * random.normal()];
    let on = false;
    for (let k = 0; k <= 120; k++) {
      const v = (1.6 * (k <= 30 ? k : k <= 90 ? 60 - k : k - 120)) / 30;
      if (v > set_V) on = true;
      if (v < reset_V) on = false;
      const i = (v / (on ? on_Ohm : off_Ohm)) * (1 + 0.01 * random.normal());
      rows.push(`${v.toFixed(4)},${i.toExponential(6)}`);
    }
  }
  return `Voltage (V),Current (A)\n${rows.join('\n')}\n`;
}

/** Runs the command; its own report of time and memory comes over a file, as its exit is the only moment that knows them. */
async function measured(args: readonly string[], folder: string) {
  const tell = join(folder, 'usage.json');
  const watch = join(folder, 'usage.mjs');
  writeFileSync(
    watch,
    `import { writeFileSync } from 'node:fs';\nprocess.on('exit', () => writeFileSync(${JSON.stringify(tell)}, JSON.stringify(process.resourceUsage())));\n`,
  );
  const main = fileURLToPath(new URL('../cli/main.js', import.meta.url));
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', watch, main, ...args], { stdio: 'ignore' });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  const wall_s = (performance.now() - began) / 1000;
  if (code !== 0) throw new Error(`calibrate report ended with ${code}`);
  const usage = JSON.parse(readFileSync(tell, 'utf8')) as NodeJS.ResourceUsage;
  return {
    wall_s,
    processor_s: (usage.userCPUTime + usage.systemCPUTime) / 1e6,
    memory_MB: usage.maxRSS / 1024,
  };
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { files: { type: 'string', default: '2000' }, times: { type: 'string', default: '5' } },
  });
  const folder = mkdtempSync(join(tmpdir(), 'ohmprop-report-folder-'));
  try {
    const cells = join(folder, 'cells');
    mkdirSync(cells);
    for (let k = 0; k < Number(values.files); k++) writeFileSync(join(cells, `cell-${k}.csv`), drawnCell(k));
    const all = [];
    for (let time = 0; time < Number(values.times); time++) {
      const one = await measured(
        ['calibrate', 'report', cells, '-o', join(folder, `report-${time}`)],
        folder,
      );
      console.log(
        `${one.wall_s.toFixed(1)} s, ${one.processor_s.toFixed(1)} s of processor, ${one.memory_MB.toFixed(0)} MB; ${machine()}`,
      );
      all.push(one.wall_s);
    }
    console.log(`${values.files} files: best ${Math.min(...all).toFixed(1)} s of ${all.length}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
