import { describe, expect, it } from 'vitest';
import { type CalibrationPage, calibrationPage } from '../../report/index.js';
import { calibrationFigures } from './calibration-figures.js';

const page = (more: Partial<CalibrationPage> = {}): string =>
  calibrationPage({
    title: 'wafer 7',
    subtitle: '3 files',
    counts: [],
    keyNumbers: [],
    warnings: [],
    questions: [],
    sections: [],
    methods: [],
    skipped: [],
    files: [],
    provenance: [],
    ...more,
  });
const text = (html: string): string => html.replace(/<style>.*?<\/style>/s, '').replace(/<[^>]*>/g, '');

describe('a page of a calibration', () => {
  it('needs nothing but itself, and no script', () => {
    const shown = page({
      sections: [
        {
          title: 'Loops',
          figures: [
            { figure: calibrationFigures['one loop'], caption: 'A loop.', file: 'figures/loops' },
            { figure: calibrationFigures.noise, caption: 'Noise.', file: 'figures/noise' },
          ],
        },
      ],
    });
    expect(shown).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)|NaN|undefined/);
    expect(text(shown)).toContain('Figure 2. Noise.');
    const ids = [...shown.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('prints numbers as far as their interval allows, in one prefix a column', () => {
    const row = (value: number, low: number, high: number) => [{ value, low, high }];
    const shown = page({
      sections: [
        {
          title: 's',
          tables: [
            {
              columns: [{ name: 'V_set', unit: 'V' }],
              rows: [row(1.23438, 0.93, 1.53), row(0.98765, 0.98, 0.9953), [{ value: Number.NaN }]],
            },
            { columns: [{ name: 'R_off', unit: 'Ω' }], rows: [[{ value: 1.2e4 }], [{ value: 3.4e9 }]] },
            {
              columns: [{ name: 'τ', unit: 's' }],
              rows: [[{ value: 12, low: 1, high: Number.POSITIVE_INFINITY, identifiable: false }]],
            },
          ],
        },
      ],
    });
    expect(shown).toContain('<i>V</i><sub>set</sub><span class="unit">V</span>');
    expect(shown).toMatch(/>1\.23<span class="interval">0\.93 … 1\.53</);
    expect(shown).toMatch(/>0\.9877<span class="interval">0\.9800 … 0\.9953</);
    expect(shown).toContain('>–<');
    expect(shown).toContain('>12.00 kΩ<');
    expect(shown).toContain('>3.400 GΩ<');
    // A number that the data do not say is not printed.
    expect(text(shown)).toContain('not identifiable');
  });

  it('asks at most three questions, each with the flag and the key that answer', () => {
    const question = (n: number) => ({
      text: `Question ${n}?`,
      flag: `--read <V>`,
      key: `readVoltage_V`,
      files: n,
      blocks: n === 1,
    });
    const shown = text(page({ questions: [1, 2, 3, 4].map(question) }));
    expect(shown).toContain('Three questions');
    expect(shown).toContain('Question 3?');
    expect(shown).not.toContain('Question 4?');
    expect(shown).toContain(
      '--read &#60;V&#62; or readVoltage_V: in calibrate.yaml · 1 file, unread until then',
    );
  });

  it('shows names as what they are, whatever is in them', () => {
    const shown = page({
      title: '<b>',
      skipped: [{ file: 'a<script>.csv', reason: 'no "numbers" & none' }],
      methods: ['V_set is <.'],
    });
    expect(shown).not.toContain('<script>');
    expect(shown).toContain('a&#60;script&#62;.csv');
    expect(shown).toContain('<i>V</i><sub>set</sub> is &#60;.');
  });
});
