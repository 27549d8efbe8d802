/**
 * Does some work and closes after it, whatever became of it. What went wrong first is what is thrown: a device or a disk that
 * fails the work often fails the closing as well, and would hide why.
 */
export async function finallyClose<T>(work: () => Promise<T>, close: () => Promise<void>): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
  await close();
  return result;
}
