import { type ChildProcess, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { type Io, printLine, warn } from '../io.js';
import { mainFile } from '../main-file.js';
import { BESIDE } from './command.js';

/** Where processors are scarce, the page gives way to the training. */
const NICE = 10;
/** A training waits so long for the address of its page, ms. */
const PATIENCE_ms = 5000;

/**
 * Starts `ohmprop watch` on a folder in a process of its own, which ends with this one. What a page costs is not paid here, and what
 * happens to it does no harm: its address is said on stderr, or why there is none.
 */
export async function watchBeside(io: Io, folder: string): Promise<void> {
  const child = spawn(process.execPath, [mainFile(), 'watch', folder], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, [BESIDE]: '1' },
  });
  try {
    if (child.pid !== undefined) setPriority(child.pid, NICE);
  } catch {
    // It ended already, or may not be told: it is said below, or does no harm.
  }
  await new Promise<void>((done) => {
    const patience = setTimeout(done, PATIENCE_ms);
    const go = () => {
      clearTimeout(patience);
      done();
    };
    let said = '';
    child.stdout.on('data', (bytes: Buffer) => {
      printLine(io.stderr, `live page: ${String(bytes).trim()}`);
      go();
    });
    child.stderr.on('data', (bytes: Buffer) => {
      said = String(bytes).trim();
    });
    child.once('error', (error) => {
      warn(io, `no live page: ${error.message}`);
      go();
    });
    child.once('exit', (code) => {
      // By a signal, as this process may be ending as well: nothing to say.
      if (code === 1 || code === 2) warn(io, `no live page any more: ${said}`);
      go();
    });
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
  });
  letGo(child);
}

/** This process does not wait for the page. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    (stream as { unref?: () => void } | null)?.unref?.();
  }
}
