/** The end of a node stream's `write` as a promise. */
export function written(
  stream: { write(bytes: Uint8Array, done: (error?: Error | null) => void): unknown },
  bytes: Uint8Array,
): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
