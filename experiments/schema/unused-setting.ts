/** A setting that changes nothing where it stands, and why. */
export interface UnusedSetting {
  readonly path: readonly string[];
  /** Part of a sentence: "… has no effect: ". */
  readonly reason: string;
  /** Only how long a run takes goes by it: told, not refused, as scripts give it to every run. */
  readonly onlyTime?: boolean;
}

/** One entry for each that is set. */
export function present(path: string, settings: object | undefined, reason: string): UnusedSetting[] {
  return Object.entries(settings ?? {})
    .filter(([, value]) => value !== undefined)
    .flatMap(([key]) => unused(`${path}.${key}`, reason));
}

/** One entry, of the setting with that name: `training.beta`. */
export function unused(path: string, reason: string): UnusedSetting[] {
  return [{ path: path.split('.'), reason }];
}
