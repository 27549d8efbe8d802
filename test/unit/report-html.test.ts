import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRunDirectory, type RunDirectory, startManifest, writeManifest } from '../../records/index.js';
import {
  escapeHtml,
  heatMap,
  html,
  htmlReport,
  learningCurves,
  type Report,
  writeReport,
} from '../../report/index.js';
import { scratch } from '../scratch.js';

const nasty = '<script>alert("1 & 2")</script>';
const report: Report = { title: 'Run', summary: [], warnings: [], sections: [] };

/** What a browser would go and get: any address in an attribute or a style, but those inside the page itself. */
function fetched(page: string): string[] {
  const attributes = [
    ...page.matchAll(/\s(?:src|href|xlink:href|srcset|data|action|poster)\s*=\s*["']([^"']*)["']/g),
  ];
  const styles = [...page.matchAll(/(?:url\(|@import\s)\s*["']?([^"')]*)/g)];
  return [...attributes, ...styles].map((match) => match[1]).filter((address) => !/^(data:|#)/.test(address));
}

describe('the html template', () => {
  it('escapes what is put into it, and nothing else', () => {
    expect(html`<b>${nasty}</b>`.text).toBe(
      '<b>&#60;script&#62;alert(&#34;1 &#38; 2&#34;)&#60;/script&#62;</b>',
    );
    expect(html`<ul>${[html`<li>${1}</li>`, html`<li>${'&'}</li>`]}</ul>${undefined}`.text).toBe(
      '<ul><li>1</li><li>&#38;</li></ul>',
    );
  });

  it('lets no text out of its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"']/);
        const back = escapeHtml(text).replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
        expect(back).toBe(text);
      }),
    );
  });
});

describe('a report', () => {
  it('escapes every text it is given', () => {
    const page = htmlReport({
      title: nasty,
      summary: [[nasty, nasty]],
      warnings: [nasty],
      config: nasty,
      sections: [{ title: nasty, caption: nasty, table: { columns: [nasty], rows: [[nasty]] } }],
    });
    expect(page).not.toContain('<script');
    expect(page.split('&#60;script&#62;')).toHaveLength(11);
  });

  it('shows numbers shortly, tables and raw html', () => {
    const table = {
      columns: ['beta', 'error'],
      rows: [
        [0.1 + 0.2, 12345678],
        ['none', -0.5],
      ],
    };
    const page = htmlReport({ ...report, sections: [{ title: 'T', table, html: html`<p>text</p>` }] });
    expect(page).toContain('<td>0.3</td><td class="number">12345678</td>');
    expect(page).toContain('<td>none</td><td class="number">−0.5</td>');
    expect(page).toContain('<p>text</p>');
  });

  it('keeps the names inside its figures apart', () => {
    const figure = heatMap({ values: [1, 2], rows: 1, columns: 2, quantity: 'voltage', unit: 'V' });
    const sections = [
      { title: 'a', figure },
      { title: 'b', figure },
    ];
    const page = htmlReport({ ...report, sections });
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, used] of page.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(used);
  });
});

describe('the report of a run', () => {
  let root: string;
  let run: RunDirectory;
  beforeEach(async () => {
    root = scratch('report');
    run = await createRunDirectory({ root, name: 'xor' });
    await writeFile(run.config, 'seed: 7 # <config>\n');
    const sources = [{ file: 'iris.csv', sha256: 'abc123' }];
    const device = { name: 'layered <resistive> network', cells: { rows: 8 } };
    const manifest = await startManifest({
      seed: 7,
      sources,
      preset: 'xor',
      device,
      warnings: ['the clock ran backwards'],
    });
    await writeManifest(run.path, { ...manifest, exitStatus: 'done', wallSeconds: 7384, pulses: 1234 });
  });

  it('is one page that fetches nothing, with its figures beside it', async () => {
    const heat = heatMap({ values: [-1, 2, 3, 4], rows: 2, columns: 2, quantity: 'voltage', unit: 'V' });
    const curves = learningCurves({
      points: [
        { epoch: 0, testError_percent: 50 },
        { epoch: 1, testError_percent: 0 },
      ],
    });
    const files = await writeReport(
      run,
      [
        { title: 'Learning curves', figure: curves, caption: 'Error & cost.' },
        { title: 'Voltages', figure: heat },
        { title: 'Voltages', figure: heat },
        { title: 'Notes', caption: 'Nothing else.' },
      ],
      {
        title: 'XOR',
        summary: [['Test accuracy', '100 %']],
        warnings: ['few samples', 'the clock ran backwards'],
      },
    );
    expect(files[0]).toBe(run.report);
    expect((await readdir(run.figures)).sort()).toEqual(
      ['learning-curves', 'voltages-2', 'voltages'].flatMap((name) => [
        `${name}.csv`,
        `${name}.png`,
        `${name}.svg`,
      ]),
    );
    const page = await readFile(run.report, 'utf8');
    expect(fetched(page)).toEqual([]);
    expect(page).not.toMatch(/<script|<link|<iframe|\son\w+=/);
    expect(page).toContain("default-src 'none'");
    expect(page.match(/<svg /g)).toHaveLength(3);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const text of [
      '<h1>XOR</h1>',
      'Test accuracy',
      '100 %',
      'iris.csv (SHA-256 abc123)',
      '2 h 3 min',
      'layered &#60;resistive&#62; network',
      '{&#34;rows&#34;:8}',
      '<li>few samples</li>',
      'seed: 7 # &#60;config&#62;',
      'Error &#38; cost.',
      'error (%)',
    ]) {
      expect(page).toContain(text);
    }
    expect(page.match(/the clock ran backwards/g)).toHaveLength(1);
    const png = await readFile(join(run.figures, 'voltages.png'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
  });

  it('takes the figures of the report before away, and nothing else', async () => {
    const heat = heatMap({ values: [1, 2], rows: 1, columns: 2, quantity: 'voltage', unit: 'V' });
    await writeReport(run, [{ title: 'Sample 7', figure: heat }], { title: 'XOR' });
    await writeFile(join(run.figures, 'mine.svg'), '<svg/>');
    const files = await writeReport(run, [{ title: 'Sample 9', figure: heat }], { title: 'XOR' });
    const names = ['sample-9.csv', 'sample-9.png', 'sample-9.svg'];
    expect((await readdir(run.figures)).sort()).toEqual(['mine.svg', ...names]);
    expect(files.slice(1).sort()).toEqual(names.map((name) => join(run.figures, name)));
  });

  it('needs a manifest', async () => {
    await rm(run.manifest);
    await expect(writeReport(run, [], { title: 'x' })).rejects.toMatchObject({ code: 'manifest.unreadable' });
  });
});
