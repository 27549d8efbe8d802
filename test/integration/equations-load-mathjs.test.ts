import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { mainFile } from './command-line.js';

const run = promisify(execFile);
const asModule = (source: string): string => `data:text/javascript,${encodeURIComponent(source)}`;

/** Whether a command loads the parser of equations, as Node itself loads modules, and no package's own modules for it. */
async function loadsParser(cwd: string, args: readonly string[]): Promise<boolean> {
  const list = join(cwd, 'modules.txt');
  writeFileSync(list, '');
  const hook = asModule(`
    import { appendFileSync } from 'node:fs';
    export async function load(url, context, next) {
      appendFileSync(${JSON.stringify(list)}, url + '\\n');
      return next(url, context);
    }`);
  const register = asModule(`import { register } from 'node:module'; register(${JSON.stringify(hook)});`);
  await run(process.execPath, ['--import', register, mainFile, ...args], { cwd });
  const loaded = readFileSync(list, 'utf8').split('\n');
  expect(loaded.some((url) => url.endsWith('/core/quantity.js'))).toBe(true);
  expect(loaded.filter((url) => url.includes('/node_modules/mathjs/'))).toEqual([]);
  return loaded.some((url) => url.endsWith('/core/equations/parser.js'));
}

it('carries on the licences of what a build put into one file', () => {
  const licences = readFileSync(join(dirname(mainFile), '../core/equations/parser.licences.txt'), 'utf8');
  const { version } = JSON.parse(readFileSync('node_modules/mathjs/package.json', 'utf8'));
  expect(licences).toContain(`mathjs ${version} (Apache-2.0)`);
  expect(licences).toContain('Jos de Jong <wjosdejong@gmail.com>');
  expect(licences).toContain('typed-function');
});

it('mathjs is loaded for the equations of users alone', async () => {
  const cwd = scratch();
  writeFileSync(join(cwd, 'deck.cir'), "title\nV1 a 0 1\nB1 a 0 I=1m*V(a)^3\nR1 a 0 '2*1k'\n.end\n");
  writeFileSync(
    join(cwd, 'mine.json'),
    JSON.stringify({ name: 'mine', current: 'g*v*x', rate: '20*v', parameters: { g: 1e-3 } }),
  );
  for (const args of [
    ['circuit', 'run', 'deck.cir'],
    ['cell', 'list'],
    ['cell', 'sweep', 'tio2-zha', '--positive', '500mV', '--frequencies', '1Hz,10Hz'],
  ]) {
    expect(await loadsParser(cwd, args), args.join(' ')).toBe(false);
  }
  expect(await loadsParser(cwd, ['cell', 'sweep', 'mine.json', '--samples', '16'])).toBe(true);
});
