// After a build: takes away the types (.d.ts) that nothing exported reaches, as nobody can import them, and the comments of the code, which
// stand in the types. A quarter of the package was theirs.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

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
  removeComments: true,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  newLine: ts.NewLineKind.LineFeed,
};
for (const file of readdirSync(dist, { recursive: true })) {
  const path = join(dist, file);
  if (file.endsWith('.d.ts') && !reached.has(path)) rmSync(path);
  if (!file.endsWith('.js')) continue;
  const code = readFileSync(path, 'utf8');
  if (!/^\s*(\/\*\*|\/\/ )/m.test(code)) continue;
  const { outputText } = ts.transpileModule(code, { compilerOptions: plain });
  if (outputText !== code) writeFileSync(path, outputText);
}
