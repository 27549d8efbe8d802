import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** Test files that are run at once: few while the nearest are tried, which most often notice. */
const AT_ONCE = [2, 6, 8];

/** A copy of the checkout whose files can be changed while tests run over it. */
export class Checkout {
  readonly path = mkdtempSync(join(tmpdir(), 'ohmprop-mutations-'));
  /** Paths below `path`. */
  readonly files: readonly string[];
  /** Seconds that a test file takes as it is; NaN where it fails: it can tell nothing. */
  private readonly unchanged_seconds = new Map<string, number>();

  /** @param root of the checkout, built */
  constructor(root: string) {
    this.files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
    for (const file of this.files) cpSync(join(root, file), join(this.path, file));
    cpSync(join(root, 'dist'), join(this.path, 'dist'), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(this.path, 'node_modules'));
  }

  /** Test files left out because they fail as they are. */
  get failing(): string[] {
    return [...this.unchanged_seconds].filter(([, s]) => Number.isNaN(s)).map(([test]) => test);
  }

  /** The first of some test files one of which fails with a file so changed; nothing where all pass. */
  firstToFail(
    file: string,
    change: (text: string) => string,
    tests: readonly string[],
  ): { caughtBy?: string } {
    const path = join(this.path, file);
    const text = readFileSync(path, 'utf8');
    for (let first = 0, round = 0; first < tests.length; round++) {
      const some = tests.slice(first, first + AT_ONCE[Math.min(round, AT_ONCE.length - 1)]);
      first += some.length;
      const good = this.passing(some);
      if (good.length === 0) continue;
      writeFileSync(path, change(text));
      try {
        // a test that never ends has noticed too
        const usual_seconds = good.reduce((sum, test) => sum + this.unchanged_seconds.get(test)!, 0);
        if (this.vitest(60 + 5 * usual_seconds, '--bail', '1', ...good) !== 0)
          return { caughtBy: good.join(' ') };
      } finally {
        writeFileSync(path, text);
      }
    }
    return {};
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  private passing(tests: readonly string[]): string[] {
    const unknown = tests.filter((test) => !this.unchanged_seconds.has(test));
    if (unknown.length > 0) {
      const outputFile = join(this.path, 'vitest-report.json');
      this.vitest(3600, '--reporter=json', `--outputFile=${outputFile}`, ...unknown);
      const { testResults } = JSON.parse(readFileSync(outputFile, 'utf8')) as {
        testResults: { name: string; status: string; startTime: number; endTime: number }[];
      };
      for (const test of unknown) this.unchanged_seconds.set(test, Number.NaN);
      for (const { name, status, startTime, endTime } of testResults) {
        const seconds = status === 'passed' ? (endTime - startTime) / 1000 : Number.NaN;
        this.unchanged_seconds.set(relative(this.path, name), seconds);
      }
    }
    return tests.filter((test) => !Number.isNaN(this.unchanged_seconds.get(test)));
  }

  private vitest(most_seconds: number, ...args: string[]): number | null {
    // coreutils' timeout ends the workers too, where a mutant loops for ever in one
    const limit = ['--kill-after=5', String(Math.ceil(most_seconds)), 'npx', 'vitest', 'run', ...args];
    return spawnSync('timeout', limit, { cwd: this.path, stdio: 'ignore' }).status;
  }
}
