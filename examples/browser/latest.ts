/**
 * Work on the newest setting only: settings that come before the next frame replace each other, so that a slider which moves
 * faster than the work leaves nothing behind that has to be worked off. The work itself must be short (below a frame, 16 ms).
 * @param work what to do with the newest setting; `asked_ms` is when the first setting since the last work came (performance.now)
 */
export function latestOf<Setting>(
  work: (setting: Setting, asked_ms: number) => void,
): (setting: Setting) => void {
  let wanted: { setting: Setting; asked_ms: number } | undefined;
  return (setting) => {
    if (wanted !== undefined) {
      wanted.setting = setting;
      return;
    }
    wanted = { setting, asked_ms: performance.now() };
    requestAnimationFrame(() => {
      const { setting: newest, asked_ms } = wanted as NonNullable<typeof wanted>;
      wanted = undefined;
      work(newest, asked_ms);
    });
  };
}
