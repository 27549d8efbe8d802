// The program of a team's other threads (worker-team.ts): waits for a job, runs it on its own kernel instance, waits again.
import { workerData } from 'node:worker_threads';
import { ControlField, type TeamData } from './worker-protocol.js';

/** How often a waiting worker looks before it sleeps, about 50 µs. */
const SPIN_COUNT = 5000;

const { module, memory, control, functions, member } = workerData as TeamData;
const { exports } = new WebAssembly.Instance(module, {
  env: {
    memory,
    abort: () => {
      throw new Error('kernel aborted');
    },
  },
});

let generation = Atomics.load(control, ControlField.generation);
Atomics.add(control, ControlField.ready, 1);
Atomics.notify(control, ControlField.ready);

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

for (;;) {
  generation = nextGeneration();
  const job = Atomics.load(control, ControlField.job);
  if (job < 0) break;
  // A team of fewer than all its members leaves the rest waiting.
  if (member >= Atomics.load(control, ControlField.members)) continue;
  const count = Atomics.load(control, ControlField.count);
  const args: number[] = [];
  for (let k = 0; k < count; k++) args.push(control[ControlField.args + k]);
  (exports[functions[job]] as (...all: number[]) => void)(...args, member);
}
