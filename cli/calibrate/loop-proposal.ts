import {
  EXPERIMENT_SAMPLES,
  MOST_VOLTAGE,
  type ProposedExperiment,
} from '../../calibration/dynamics/index.js';

/** What would tell parameters that are left open, in volts as the files have them. */
export function proposalLines(proposal: ProposedExperiment | undefined, negative: boolean): string[] {
  if (proposal === undefined) return [];
  const { told, untold } = proposal;
  const missing = `    no sine near these loops, of up to ${MOST_VOLTAGE} times their largest voltage, would tell ${untold.join(', ')}`;
  if (told.length === 0) return [missing];
  const { positive_V, negative_V, frequency_Hz, periods, reached } = asMeasured(proposal, negative);
  const volts = (v: number): string => `${Number(v.toPrecision(3))}V`;
  const drive = `sine:${volts(positive_V)},${volts(negative_V)},${Number(frequency_Hz.toPrecision(3))}Hz,${periods}`;
  const share = (x: number): string =>
    x > 10 ? 'more than ten times its value' : `${Number((100 * x).toPrecision(2))} % of it`;
  const beyond = [
    ...(positive_V > 1.01 * reached.highest_V
      ? [`up to ${volts(positive_V)}, where these loops went up to ${volts(reached.highest_V)}`]
      : []),
    ...(negative_V < 1.01 * reached.lowest_V
      ? [`down to ${volts(negative_V)}, where these loops went down to ${volts(reached.lowest_V)}`]
      : []),
  ];
  return [
    `    what would tell ${told.map(({ name }) => name).join(', ')}: ${drive}, ${EXPERIMENT_SAMPLES} samples a period; ${told
      .map(
        ({ name, now, afterwards }) =>
          `standard error of ${name} ${share(afterwards)} in place of ${share(now)}`,
      )
      .join(', ')} (by the model, in the middle of what these loops leave possible)`,
    ...(beyond.length === 0
      ? []
      : [
          `    caution: that drives ${beyond.join(', and ')}: no loop says whether the cell bears it, which is for you to judge`,
        ]),
    ...(untold.length === 0 ? [] : [missing.replace('would tell', 'would tell also')]),
  ];
}

/** Models stand so that they set at positive voltages; what a source is set to stands as the files do. */
export function asMeasured(proposal: ProposedExperiment, negative: boolean): ProposedExperiment {
  if (!negative) return proposal;
  const { positive_V, negative_V, reached } = proposal;
  return {
    ...proposal,
    positive_V: -negative_V,
    negative_V: -positive_V,
    reached: { ...reached, highest_V: -reached.lowest_V, lowest_V: -reached.highest_V },
  };
}
