import { type FileHandle, open } from 'node:fs/promises';

/** Removes from a file of lines a last one that a killed process left unfinished; no file is none. */
export async function removeTornLine(path: string): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(path, 'r+');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw cause;
  }
  try {
    const { size } = await file.stat();
    const whole = await lineEnd(file, size);
    if (whole !== size) await file.truncate(whole);
  } finally {
    await file.close();
  }
}

/** Where the last whole line ends, looked for from the end of the file. */
async function lineEnd(file: FileHandle, size: number): Promise<number> {
  const block = Buffer.alloc(2 ** 16);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - block.length);
    const { bytesRead } = await file.read(block, 0, end - start, start);
    const found = block.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (found >= 0) return start + found + 1;
    end = start;
  }
  return 0;
}
