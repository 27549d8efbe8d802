// After a build: takes away the types (.d.ts) that nothing exported reaches, as nobody can import them, and what only a reader of the code
// needs: comments, which stand in the types, indentation, long names of local variables. A third of the package was theirs.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minifySync } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const { exports: faces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The types that exports reach, and whether all of them are there. */
function reach() {
  const reached = new Set();
  const waiting = [...JSON.stringify(faces).matchAll(/"\.\/(dist\/[^"]+)\.(?:js|d\.ts)"/g)].map(([, path]) =>
    join(root, `${path}.d.ts`),
  );
  let whole = true;
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    if (!existsSync(file)) {
      whole &&= !existsSync(file.replace(/\.d\.ts$/, '.js'));
      continue;
    }
    reached.add(file);
    for (const [, to] of readFileSync(file, 'utf8').matchAll(/['"](\.[^'"]+)\.js['"]/g))
      waiting.push(join(dirname(file), `${to}.d.ts`));
  }
  return { reached, whole };
}

let { reached, whole } = reach();
if (!whole) {
  // Taken away by an earlier build and needed now: the compiler, which builds what changed alone, has to write them again.
  rmSync(join(dist, '.tsbuildinfo'), { force: true });
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  ({ reached } = reach());
}
const plain = {
  module: true,
  // Names of functions and classes stand in what a defect tells: they stay.
  mangle: { toplevel: true, keepNames: true },
  compress: { keepNames: { function: true, class: true } },
  codegen: { removeWhitespace: true, legalComments: 'none' },
};
/** One line and no comments: what an earlier build has made small already. */
const isSmall = (code) => code.split('\n', 3).length < 3;
for (const file of readdirSync(dist, { recursive: true })) {
  const path = join(dist, file);
  if (file.endsWith('.d.ts') && !reached.has(path)) rmSync(path);
  else if (file.endsWith('.d.ts')) {
    const types = readFileSync(path, 'utf8');
    const bare = types.replace(/^ +(?!\*)/gm, '');
    if (bare !== types) writeFileSync(path, bare);
  }
  if (!file.endsWith('.js')) continue;
  const source = readFileSync(path, 'utf8');
  const [first] = source.startsWith('#!') ? source.split('\n', 1) : [undefined];
  const code = first === undefined ? source : source.slice(first.length + 1);
  if (isSmall(code)) continue;
  const { code: small, errors } = minifySync(path, code, plain);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  writeFileSync(path, first === undefined ? small : `${first}\n${small}`);
}
