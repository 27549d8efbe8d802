import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RawTable, readRaw } from '../../circuits/spice/index.js';

/** Whether there is an ngspice to ask; `ngspice` of the path. */
export function hasNgspice(): boolean {
  try {
    execFileSync('ngspice', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs a deck in ngspice, to its raw file. Undefined where it gives none; its words in `said`. */
export function askNgspice(deck: string, timeout_s = 60): { table: RawTable | undefined; said: string } {
  const folder = mkdtempSync(join(tmpdir(), 'ngspice-'));
  try {
    writeFileSync(join(folder, 'deck.cir'), deck);
    let said = '';
    try {
      said = execFileSync('ngspice', ['-b', '-r', 'out.raw', 'deck.cir'], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: timeout_s * 1000,
        killSignal: 'SIGKILL',
        maxBuffer: 2 ** 26,
      });
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      said = `${stdout}\n${stderr}`;
    }
    try {
      return { table: readRaw(readFileSync(join(folder, 'out.raw'))), said };
    } catch {
      return { table: undefined, said };
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
