import { statSync } from 'node:fs';
import { inputError } from '../../core/index.js';
import { isKept } from '../../experiments/kept/index.js';

/** @throws `run.not-a-run` (exit code 2) where no command of ohmprop made that directory */
export function requireKept(path: string): void {
  if (!statSync(path).isDirectory())
    throw inputError('run.not-a-run', `${path} is a file; name the run directory that it lies in`);
  if (isKept(path)) return;
  throw inputError(
    'run.not-a-run',
    `${path} is not a run directory: it holds neither config.yaml nor study.yaml; ohmprop runs list shows those that are`,
  );
}
