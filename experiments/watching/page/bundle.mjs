// After a build: puts the live page into one script, with the library that draws its curves, and its other files beside it. Whoever
// installs ohmprop builds nothing, and the page loads nothing from elsewhere (docs/decisions/0105-a-page-that-reads-along.md).
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const source = join(root, 'experiments/watching/page');
const target = join(root, 'dist/experiments/watching/page');
const library = join(root, 'node_modules/uplot');

mkdirSync(target, { recursive: true });
const result = await build({
  configFile: false,
  logLevel: 'warn',
  root,
  publicDir: false,
  build: {
    write: false,
    minify: true,
    target: 'es2022',
    lib: { entry: join(source, 'main.ts'), formats: ['es'], fileName: 'page' },
  },
});
const [{ code, imports }] = [result].flat()[0].output;
if (imports.length > 0) throw new Error(`${imports.join(', ')} stayed outside the page`);
writeFileSync(join(target, 'page.js'), code);
const styles = [join(library, 'dist/uPlot.min.css'), join(source, 'page.css')];
writeFileSync(join(target, 'page.css'), styles.map((file) => readFileSync(file, 'utf8')).join('\n'));
for (const file of ['index.html', 'icon.svg']) copyFileSync(join(source, file), join(target, file));
const { name, version, license } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8'));
const text = readFileSync(join(library, 'LICENSE'), 'utf8').trim();
writeFileSync(join(target, 'page.licences.txt'), `${name} ${version} (${license})\n\n${text}\n`);
