import { type KeptRun, keptEpoch } from '../../experiments/kept/index.js';
import { percent } from '../../experiments/sessions/index.js';

/** `12 of 20`: finished epochs, and how many the run was to have. */
export function epochsText({ epochs, config }: KeptRun): string {
  const asked = (config?.training as { epochs?: unknown } | undefined)?.epochs;
  const done = epochs.at(-1)?.epoch ?? 0;
  return typeof asked === 'number' && asked !== done ? `${done} of ${asked}` : String(done);
}

/** The test error of the epoch that a run is looked at with. */
export function testErrorText(run: KeptRun): string {
  const error = keptEpoch(run)?.testError;
  return error === undefined ? '' : percent(error);
}

/** What programs are told of a run; errors are shares of 1. */
export function keptJson(run: KeptRun): object {
  const { path, name, kind, title, standing, manifest, epochs, best, labels, problems, config } = run;
  const last = epochs.at(-1);
  return {
    path,
    name,
    kind,
    title: title ?? null,
    standing,
    seed: typeof config?.seed === 'number' ? config.seed : null,
    startedAt: manifest?.startedAt ?? null,
    wallSeconds: manifest?.wallSeconds ?? null,
    ohmpropVersion: manifest?.ohmpropVersion ?? null,
    epochs: last?.epoch ?? 0,
    trainError: last?.trainError ?? null,
    validationError: last?.validationError ?? null,
    testError: last?.testError ?? null,
    best: best ?? null,
    tags: labels.tags,
    note: labels.note ?? null,
    problems,
  };
}
