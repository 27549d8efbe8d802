import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guides, type Walking, walk } from './guides/walk.js';
import { machine } from './machine.js';

// Follows the guides of the documentation literally, each in an empty folder: `npm run guides [-- NAME … | --package]`. With --package
// ohmprop is what `npm pack` puts into a tarball, installed into an empty project, and so are the pages; else it is this build. The part
// "your file" needs the folder of cases under OHMPROP_DATA.

const root = fileURLToPath(new URL('../..', import.meta.url));
const asked = process.argv.slice(2);
const names = asked.filter((word) => !word.startsWith('--'));
const work = mkdtempSync(join(tmpdir(), 'guides-'));

/** This build as a command `ohmprop`, and as a module of that name. */
function built(): Walking {
  const [bin, modules] = [join(work, 'bin'), join(work, 'node_modules')];
  mkdirSync(bin);
  mkdirSync(modules);
  writeFileSync(
    join(bin, 'ohmprop'),
    `#!/bin/sh\nexec '${process.execPath}' '${root}/dist/cli/main.js' "$@"\n`,
  );
  chmodSync(join(bin, 'ohmprop'), 0o755);
  symlinkSync(root, join(modules, 'ohmprop'), 'dir');
  return { docs: join(root, 'docs'), bin, modules };
}

/** The same of a tarball, as a stranger has it. */
function packed(): Walking {
  const quiet = ['--silent', '--no-audit', '--no-fund'];
  const tarball = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', work], {
    cwd: root,
    encoding: 'utf8',
  }).trim();
  writeFileSync(join(work, 'package.json'), '{ "private": true }\n');
  execFileSync('npm', ['install', ...quiet, join(work, tarball)], { cwd: work, stdio: 'inherit' });
  const modules = join(work, 'node_modules');
  return { docs: join(modules, 'ohmprop/docs'), bin: join(modules, '.bin'), modules };
}

try {
  const cases = join(process.env.OHMPROP_DATA ?? '', 'cases');
  const walking: Walking = {
    ...(asked.includes('--package') ? packed() : built()),
    ...(process.env.OHMPROP_DATA !== undefined && existsSync(cases) ? { cases } : {}),
  };
  const wrong: string[] = [];
  console.log(machine());
  for (const page of guides.filter((one) => names.length === 0 || names.some((name) => one.includes(name)))) {
    const walked = await walk(page, walking);
    wrong.push(...walked.wrong);
    const what = walked.wrong.length === 0 ? 'as the page says' : 'NOT as the page says';
    console.log(`${page}: ${walked.steps} blocks in ${walked.seconds.toFixed(1)} s, ${what}`);
    for (const left of walked.leftOut) console.log(`  left out, ${left}`);
  }
  for (const one of wrong) console.error(one);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
