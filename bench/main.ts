import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { OhmpropError } from '../core/index.js';

/**
 * Runs one benchmark: `npm run bench -- <topic> [arguments]`. A topic is a file of this folder; one that exports
 * `run(args)` is called with the arguments, any other finds them in `process.argv` from place 2 on.
 */
const [topic, ...args] = process.argv.slice(2);
const topics = readdirSync(fileURLToPath(new URL('.', import.meta.url)))
  .filter((file) => file.endsWith('.js') && !['main.js', 'machine.js'].includes(file))
  .map((file) => file.slice(0, -3));
if (topic === undefined || !topics.includes(topic)) {
  console.error(`bench: needs a topic, one of ${topics.join(', ')}; got ${topic ?? 'none'}`);
  process.exit(2);
}
process.argv.splice(2, 1);
const module = (await import(`./${topic}.js`)) as { run?: (args: readonly string[]) => Promise<void> };
try {
  await module.run?.(args);
} catch (error) {
  if (!(error instanceof OhmpropError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
