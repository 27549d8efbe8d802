// Who computes which slice. It never changes a result: sums are taken by slice, whoever takes them.
import { claim } from '../shared/barrier';
import { Network, SLICES } from './structure';

/**
 * The thread that a slice belongs to. Not neighbours to one thread: the units of a layer that are held at 0 V lie together, and
 * small layers have units in every second or fourth slice only.
 */
// @ts-ignore: decorator
@inline
function ownerOf(network: Network, slice: i32): i32 {
  return (slice ^ (slice >> 1) ^ (slice >> 2)) % network.threads;
}

/** The first slice from `from` on that belongs to a thread; SLICES if there is none left. For work that is spread evenly. */
// @ts-ignore: decorator
@inline
export function ownSlice(network: Network, thread: i32, from: i32): i32 {
  let slice = from;
  while (slice < SLICES && ownerOf(network, slice) != thread) slice++;
  return slice;
}

/**
 * The next slice that a thread is to work on, or -1: its own first, then what the others have not begun, so that none waits
 * long for one that has more to do or has lost its core. Between two barriers one piece of work can be shared like this.
 */
export function claimSlice(network: Network, thread: i32): i32 {
  const barrier = network.barrier, threads = network.threads;
  for (let slice = 0; slice < SLICES; slice++) {
    if (ownerOf(network, slice) == thread && claim(barrier, threads, slice)) return slice;
  }
  for (let slice = SLICES - 1; slice >= 0; slice--) {
    if (ownerOf(network, slice) != thread && claim(barrier, threads, slice)) return slice;
  }
  return -1;
}
