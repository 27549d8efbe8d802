// Builds every kernel: kernels/assembly/<name>/index.ts → dist/kernels/<name>.wasm (plain SIMD) and
// <name>.relaxed.wasm of those that are offered so (the same source with fused multiply-add, opt-in at run time).
// `node kernels/build.mjs [name…]` builds only those; an up-to-date kernel is left alone.
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('.', import.meta.url));
const sources = join(root, 'assembly');
const output = join(root, '..', 'dist', 'kernels');

/** Kernels that a device may ask for with fused multiply-add. */
const withRelaxed = ['layered', 'hopfield'];

async function newestChange(folder) {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const times = await Promise.all(
    files.filter((f) => f.isFile()).map(async (f) => (await stat(join(f.parentPath, f.name))).mtimeMs),
  );
  return Math.max(0, ...times);
}

async function ageOf(file) {
  return stat(file).then((s) => s.mtimeMs, () => 0);
}

async function build(name, relaxed) {
  const file = join(output, `${name}${relaxed ? '.relaxed' : ''}.wasm`);
  if ((await ageOf(file)) > (await newestChange(sources))) return;
  const { error, stderr } = await asc.main([
    join(sources, name, 'index.ts'),
    '--baseDir', root,
    '--outFile', file,
    '--runtime', 'stub',
    '--importMemory',
    '--sharedMemory',
    '--initialMemory', '1',
    '--maximumMemory', '65536',
    '--optimizeLevel', '3',
    '--shrinkLevel', '0',
    '--noAssert',
    '--enable', 'simd',
    '--enable', 'threads',
    ...(relaxed ? ['--enable', 'relaxed-simd'] : []),
  ]);
  if (error) {
    process.stderr.write(`${name}: ${stderr.toString()}\n${error.message}\n`);
    process.exit(1);
  }
}

await mkdir(output, { recursive: true });
const asked = process.argv.slice(2);
const folders = (await readdir(sources, { withFileTypes: true })).filter((f) => f.isDirectory() && f.name !== 'shared');
for (const { name } of folders) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  await build(name, false);
  if (withRelaxed.includes(name)) await build(name, true);
}
