// What files.ts is in a browser. Kernels are compiled when first used, without waiting: their bytes must have come before.

/** Every kernel's file; written out, so that bundlers find and ship them. */
const addresses: Readonly<Record<string, () => URL>> = {
  cells: () => new URL('./cells.wasm', import.meta.url),
  crossbar: () => new URL('./crossbar.wasm', import.meta.url),
  hopfield: () => new URL('./hopfield.wasm', import.meta.url),
  layered: () => new URL('./layered.wasm', import.meta.url),
  'sparse-lu': () => new URL('./sparse-lu.wasm', import.meta.url),
};

const fetched = new Map<string, Uint8Array>();

/** Fetches kernels by name, all of them by default; to be awaited before whatever uses them. */
export async function fetchKernels(...names: readonly string[]): Promise<void> {
  const wanted = names.length > 0 ? names : Object.keys(addresses);
  await Promise.all(
    wanted.map(async (name) => {
      const file = `${name}.wasm`;
      if (fetched.has(file)) return;
      const response = await fetch(addresses[name]());
      if (!response.ok) throw new Error(`${file}: the server answered ${response.status}`);
      fetched.set(file, new Uint8Array(await response.arrayBuffer()));
    }),
  );
}

export function readKernelFile(name: string): Uint8Array {
  const bytes = fetched.get(name);
  if (bytes !== undefined) return bytes;
  const kernel = name.replace(/(\.relaxed)?\.wasm$/, '');
  throw new Error(`${name} has not been fetched: await fetchKernels('${kernel}') first`);
}

export function builtFile(path: string): string {
  throw new Error(`${path}: there are no files in a browser`);
}

/** A browser has what it has. */
export function allowRelaxedSimd(): void {}
