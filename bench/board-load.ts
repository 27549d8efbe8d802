import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Trainings on an emulated board over TCP while processes spin beside: `node dist/bench/board-load.js [load] [trainings]`.
// All have to finish. It spins as many processes as are wanting to that load when it starts.

const mainFile = fileURLToPath(new URL('../cli/main.js', import.meta.url));
const wanted = Number(process.argv[2] ?? 20);
const trainings = Number(process.argv[3] ?? 20);

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));

const spinning = Array.from({ length: Math.max(0, Math.round(wanted - loadavg()[0])) }, () =>
  spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
);
const folder = mkdtempSync(join(tmpdir(), 'ohmprop-load-'));
const emulator = spawn(process.execPath, [mainFile, 'board', 'emulate', '--tcp', '0'], {
  stdio: ['pipe', 'pipe', 'ignore'],
});
try {
  const address = await new Promise<string>((resolve) => {
    emulator.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString().trim()));
  });
  let finished = 0;
  let retries = 0;
  const loads: number[] = [];
  for (let seed = 1; seed <= trainings; seed++) {
    const args = ['train', '--device', address, '--data', 'xor', '--epochs', '10', '--seed', String(seed)];
    const record = join(folder, `bytes-${seed}.txt`);
    const child = spawn(
      process.execPath,
      [mainFile, ...args, '-o', join(folder, `run-${seed}/`), '--record', record],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    child.stderr.on('data', (bytes: Buffer) => {
      said += bytes;
    });
    if ((await ended(child)) === 0) finished++;
    else process.stderr.write(said);
    retries += Number(/(\d+) retries/.exec(said)?.[1] ?? 0);
    loads.push(loadavg()[0]);
    process.stderr.write(`${seed} of ${trainings}, load ${loadavg()[0].toFixed(1)}\n`);
  }
  const load = loads.reduce((sum, value) => sum + value, 0) / loads.length;
  process.stdout.write(
    `${JSON.stringify({ trainings, finished, retries, spinning: spinning.length, meanLoad: Number(load.toFixed(1)) })}\n`,
  );
  process.exitCode = finished === trainings ? 0 : 1;
} finally {
  for (const child of [emulator, ...spinning]) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
