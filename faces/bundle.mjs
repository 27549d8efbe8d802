// After a build: puts packages of which the project needs a small part into the files that import them. They are then
// development dependencies, and an installation carries the part alone; their licences lie beside the file (docs/decisions/0085-a-parser-in-one-file.md).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Files that are bundled, and the package that each stands for. */
const bundled = { 'core/equations/parser.js': 'mathjs' };

/** Folder of the package that a module belongs to, of its path. */
const packageOf = (path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path.replaceAll(sep, '/'))?.[0];

/** What a package asks for to be carried on: name, version, licence and notice. */
function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice)/i.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  if (texts.length === 0) throw new Error(`${relative(root, folder)} has no licence to carry on`);
  return [`${name} ${version} (${license})`, ...texts].join('\n\n');
}

for (const [file, name] of Object.entries(bundled)) {
  const path = join(root, 'dist', file);
  // An earlier build's bundle imports nothing.
  if (!new RegExp(`from\\s*['"]${name}`).test(readFileSync(path, 'utf8'))) continue;
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    root,
    publicDir: false,
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: { entry: path, formats: ['es'], fileName: 'bundle' },
      // mathjs and typed-function tell functions by their names
      rollupOptions: { output: { keepNames: true } },
    },
  });
  const [{ code, modules, imports }] = [result].flat()[0].output;
  if (imports.length > 0) throw new Error(`${file}: ${imports.join(', ')} stayed outside its bundle`);
  const folders = new Set(
    Object.entries(modules)
      .filter(([, { renderedLength }]) => renderedLength > 0)
      .map(([id]) => packageOf(id))
      .filter((folder) => folder !== undefined),
  );
  const licences = [...folders].sort().map(licenceOf);
  const beside = file.replace(/\.js$/, '.licences.txt');
  writeFileSync(join(root, 'dist', beside), `${licences.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`);
  writeFileSync(path, code);
}
