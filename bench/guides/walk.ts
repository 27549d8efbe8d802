import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { firstMissing, type Step, stepsOf } from './page.js';
import { yourFiles } from './your-files.js';

/** Pages that a reader can follow from an empty folder, by their path under `docs/`. */
export const guides = [
  'guides/crossbar.md',
  'guides/calibrate.md',
  'guides/board.md',
  'guides/python.md',
  'guides/add-a-device.md',
  'guides/add-an-element-model.md',
  'guides/add-an-instrument.md',
  'guides/add-a-policy.md',
] as const;

/** Where what a guide types is found. */
export interface Walking {
  /** Folder with the pages. */
  readonly docs: string;
  /** Folder with the command `ohmprop`, put before PATH. */
  readonly bin: string;
  /** `node_modules` that scripts of a guide import ohmprop from. */
  readonly modules: string;
  /** Folder of cases, for the part "your file"; without it that part is left out. */
  readonly cases?: string;
}

/** How a walk went. */
export interface Walked {
  /** Blocks typed or written. */
  readonly steps: number;
  /** Blocks left out, each with why. */
  readonly leftOut: readonly string[];
  /** What was not as the page says, each with its line. */
  readonly wrong: readonly string[];
  readonly seconds: number;
}

/** Follows a page in an empty folder, which is gone afterwards. A step that fails ends the walk. */
export async function walk(page: string, walking: Walking): Promise<Walked> {
  const folder = mkdtempSync(join(tmpdir(), 'guide-'));
  const beside: ChildProcess[] = [];
  const began = performance.now();
  const [leftOut, wrong]: string[][] = [[], []];
  let steps = 0;
  symlinkSync(walking.modules, join(folder, 'node_modules'), 'dir');
  try {
    for (const step of stepsOf(readFileSync(join(walking.docs, page), 'utf8'))) {
      const why = step.notWalked ?? (step.yours ? bringYours(page, walking, folder) : undefined);
      if (why !== undefined) {
        leftOut.push(`line ${step.line}: ${why}`);
        continue;
      }
      const printed = step.yours ? yourFiles[page].printed : step.printed;
      const whole = printed === undefined ? step : { ...step, printed };
      const { missing, wrong: said } = await take(whole, folder, walking, beside);
      if (missing !== undefined) leftOut.push(`line ${step.line}: ${missing} is not installed here`);
      else steps++;
      if (said !== undefined) {
        wrong.push(`${page}, line ${step.line}: ${said}`);
        break;
      }
    }
  } finally {
    for (const child of beside) end(child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
  return { steps, leftOut, wrong, seconds: (performance.now() - began) / 1e3 };
}

/** What a step ends with where something that the page names as needed is not installed. */
const NOT_INSTALLED = /ModuleNotFoundError: No module named '(numpy|pandas)'/;

/** The reader's own file, put where the page says. @returns why it cannot be */
function bringYours(page: string, { cases }: Walking, folder: string): string | undefined {
  if (cases === undefined) return 'wants a file of the reader’s own (OHMPROP_DATA)';
  for (const [name, from] of Object.entries(yourFiles[page]?.files ?? {}))
    cpSync(join(cases, from), join(folder, name));
  return page in yourFiles ? undefined : 'there is no file for it';
}

/** @returns what was not as the page says, or what the step needs and is not here */
async function take(
  step: Step,
  folder: string,
  walking: Walking,
  beside: ChildProcess[],
): Promise<{ wrong?: string; missing?: string }> {
  if (step.file !== undefined) {
    mkdirSync(dirname(join(folder, step.file)), { recursive: true });
    writeFileSync(join(folder, step.file), step.text);
    return {};
  }
  const { code, printed } = await type(step, folder, walking, beside);
  const [, missing] = NOT_INSTALLED.exec(printed) ?? [];
  if (missing !== undefined) return { missing };
  if (code !== step.exits)
    return { wrong: `ends with ${code}, and the page says ${step.exits}:\n${step.text}${printed}` };
  const unseen = firstMissing(step.printed ?? [], printed);
  return unseen === undefined ? {} : { wrong: `is not printed: ${unseen}\n${step.text}${printed}` };
}

function type(
  { text, beside: serves, printed: shown }: Step,
  folder: string,
  { bin }: Walking,
  beside: ChildProcess[],
): Promise<{ code: number; printed: string }> {
  const child = spawn('bash', ['-eo', 'pipefail', '-c', text], {
    cwd: folder,
    // A group of its own, so that what serves ends with all that it started.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PATH: `${bin}:${process.env.PATH}`,
      OHMPROP_LAB: join(folder, 'lab'),
      NO_COLOR: '1',
    },
  });
  let printed = '';
  if (serves) beside.push(child);
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer) => {
      printed += chunk;
      // What serves is ready when it has said what the page shows, or anything.
      if (serves && firstMissing(shown ?? [], printed) === undefined) resolve({ code: 0, printed });
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, printed }));
  });
}

function end({ pid, exitCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGTERM');
}
