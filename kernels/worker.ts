// The program of a pool's other threads (thread-pool.ts): waits for a job, does its part of it, waits again.
import { ControlField, type PoolMember, type ProgramFunctions } from './thread-protocol.js';
import { openProgram, takeMessage, threadStart } from './threads.js';

/** How often a waiting thread looks before it sleeps, about 50 µs. */
const SPIN_COUNT = 5000;

const { program, data, functions: names, control, member } = threadStart() as PoolMember;

// A job that was given out while this thread was starting is still its own.
let generation = 0;

function nextGeneration(): number {
  for (let look = 0; look < SPIN_COUNT; look++) {
    const now = Atomics.load(control, ControlField.generation);
    if (now !== generation) return now;
  }
  Atomics.add(control, ControlField.asleep, 1);
  while (Atomics.load(control, ControlField.generation) === generation) {
    Atomics.wait(control, ControlField.generation, generation);
  }
  Atomics.sub(control, ControlField.asleep, 1);
  return Atomics.load(control, ControlField.generation);
}

function report(field: number): void {
  Atomics.add(control, field, 1);
  Atomics.add(control, ControlField.news, 1);
  Atomics.notify(control, ControlField.news);
}

try {
  const functions = (await openProgram(program, data)) as ProgramFunctions;
  report(ControlField.ready);
  for (;;) {
    generation = nextGeneration();
    const job = Atomics.load(control, ControlField.job);
    if (job < 0) break;
    // A job of fewer than all threads leaves the rest waiting.
    if (member >= Atomics.load(control, ControlField.members)) continue;
    const run = functions[names[job]];
    const numbers = Atomics.load(control, ControlField.count);
    if (numbers < 0) {
      run(takeMessage(), member);
      report(ControlField.done);
    } else {
      const args = Array.from({ length: numbers }, (_, k) => control[ControlField.args + k]);
      run(...args, member);
    }
  }
} catch (error) {
  report(ControlField.failed);
  throw error;
}
