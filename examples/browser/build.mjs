// Builds the demonstration into one file that loads nothing: `node examples/browser/build.mjs [FOLDER]`, build/demo when left out.
// Script, style and kernels lie inside index.html, so that it works from any server, in a frame, and opened from a disk.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const faceOf = (id) => join(root, 'dist', id === 'ohmprop' ? 'index.js' : `faces/${id.slice('ohmprop/'.length)}.js`);

/** The page as one text. Fails where a module of Node would be needed, or anything would be loaded. */
export async function demoPage() {
  const foreign = [];
  const output = await build({
    configFile: false,
    logLevel: 'warn',
    root: here,
    publicDir: false,
    // a plain script has none; kernels are data: addresses in it
    define: { 'import.meta.url': 'document.baseURI' },
    plugins: [
      {
        name: 'ohmprop-by-its-name',
        enforce: 'pre',
        resolveId(id, importer) {
          if (/^ohmprop(\/|$)/.test(id)) return faceOf(id);
          if (id.startsWith('node:')) foreign.push({ id, importer });
          return undefined;
        },
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      lib: { entry: join(here, 'main.ts'), formats: ['iife'], name: 'demo', fileName: 'demo' },
      rollupOptions: { treeshake: { moduleSideEffects: false } },
    },
  });
  const [{ code }] = [output].flat()[0].output;
  const needed = foreign.filter(({ id }) => code.includes(id));
  if (needed.length > 0) throw new Error(`modules of Node in a page: ${JSON.stringify(needed)}`);
  const script = code.replaceAll('</script', '<\\/script');
  const style = readFileSync(join(here, 'demo.css'), 'utf8');
  const sourceOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = [
    "default-src 'none'",
    `script-src ${sourceOf(script)} 'wasm-unsafe-eval'`,
    `style-src ${sourceOf(style)}`,
    'connect-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const put = (page, place, text) => {
    if (!page.includes(place)) throw new Error(`index.html has no ${place}`);
    return page.replace(place, () => text);
  };
  let page = readFileSync(join(here, 'index.html'), 'utf8');
  page = put(page, '<meta charset="utf-8">', `<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="${policy}">`);
  page = put(page, '<link rel="stylesheet" href="demo.css">', `<style>${style}</style>`);
  return put(page, '<script src="demo.js"></script>', `<script>${script}</script>`);
}

/** Writes it. @returns where */
export async function buildDemo(folder = join(root, 'build/demo')) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'index.html');
  writeFileSync(file, await demoPage());
  return file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await buildDemo(process.argv[2]));
