// Where threads that share a memory wait for each other. A barrier is 64 bytes, zeroed by the host before use:
// +0 arrived, +4 generation, +8 asleep, +12 pieces of work that were claimed since threads last met.

/** How often a waiting thread looks before it sleeps: about 50 µs, so that a partner that lost its core costs little. */
const SPIN_COUNT: i32 = 20000;

/** Returns once all `threads` have called it. */
export function wait(barrier: usize, threads: i32): void {
  if (threads == 1) {
    store<i32>(barrier, 0, 12);
    return;
  }
  const generation = atomic.load<i32>(barrier, 4);
  if (atomic.add<i32>(barrier, 1) == threads - 1) {
    atomic.store<i32>(barrier, 0);
    atomic.store<i32>(barrier, 0, 12);
    atomic.add<i32>(barrier, 1, 4);
    if (atomic.load<i32>(barrier, 8) > 0) atomic.notify(barrier + 4, -1);
    return;
  }
  for (let look = 0; look < SPIN_COUNT; look++) if (atomic.load<i32>(barrier, 4) != generation) return;
  atomic.add<i32>(barrier, 1, 8);
  while (atomic.load<i32>(barrier, 4) == generation) atomic.wait<i32>(barrier + 4, generation, -1);
  atomic.sub<i32>(barrier, 1, 8);
}

/** Whether piece `k` < 32 of the work between two barriers is the caller's: true for one caller only. */
export function claim(barrier: usize, threads: i32, k: i32): bool {
  const bit = 1 << k, claimed = atomic.load<i32>(barrier, 12);
  if (claimed & bit) return false;
  if (threads > 1) return (atomic.or<i32>(barrier, bit, 12) & bit) == 0;
  store<i32>(barrier, claimed | bit, 12);
  return true;
}
