import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Test files that are run at once: few while the nearest are tried, which most often notice. */
const AT_ONCE = [2, 6, 8];

/** A copy of the checkout whose files can be changed while tests run over it. */
export class Checkout {
  readonly path = mkdtempSync(join(tmpdir(), 'ohmprop-mutations-'));
  /** Paths below `path`. */
  readonly files: readonly string[];

  /** @param root of the checkout, built */
  constructor(root: string) {
    this.files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
    for (const file of this.files) cpSync(join(root, file), join(this.path, file));
    cpSync(join(root, 'dist'), join(this.path, 'dist'), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(this.path, 'node_modules'));
  }

  /** The first of some test files after which one had failed with a file so changed; nothing where all passed. */
  firstToFail(
    file: string,
    change: (text: string) => string,
    tests: readonly string[],
  ): { caughtBy?: string } {
    const path = join(this.path, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, change(text));
    try {
      for (let first = 0, round = 0; first < tests.length; round++) {
        const some = tests.slice(first, first + AT_ONCE[Math.min(round, AT_ONCE.length - 1)]);
        // a test that never ends has noticed too
        const { status } = spawnSync('npx', ['vitest', 'run', '--bail', '1', ...some], {
          cwd: this.path,
          stdio: 'ignore',
          timeout: 400_000,
        });
        if (status !== 0) return { caughtBy: some.join(' ') };
        first += some.length;
      }
      return {};
    } finally {
      writeFileSync(path, text);
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
