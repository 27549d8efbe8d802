// The platform's way to this package's built files: here Node's. A bundle for browsers takes files-browser.ts instead
// (field `browser` of package.json).
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';

/** The package's root, or `dist/` in the built package. */
const root = new URL('../', import.meta.url);

/** Where a built file lies, seen from the sources as well as from dist/. @param path from the package's root */
export function builtFile(path: string): string {
  for (const folder of ['', 'dist/']) {
    const file = fileURLToPath(new URL(folder + path, root));
    if (existsSync(file)) return file;
  }
  throw new Error(`${path} is not built: run "npm run build"`);
}

/** The bytes of a built kernel: `layered.wasm`. */
export function readKernelFile(name: string): Uint8Array {
  return readFileSync(builtFile(`kernels/${name}`));
}

/** Makes kernels ready to be read. On Node there is nothing to wait for; a browser fetches them. */
export async function fetchKernels(..._names: readonly string[]): Promise<void> {}

/** Lets the engine run relaxed SIMD instructions: Node 20 has them behind a flag, later versions as they are. */
export function allowRelaxedSimd(): void {
  v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
}
