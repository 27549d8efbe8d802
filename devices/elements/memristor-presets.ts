import { inputError, nearestWord, Registry } from '../../core/index.js';
import { Chang } from './chang.js';
import { DataDriven, messaris2018, messaris2021 } from './data-driven.js';
import type { ElementModel } from './element-model.js';
import { LinearIonDrift } from './linear-ion-drift.js';
import { MetastableSwitch } from './metastable-switch.js';
import { NormalizedVteam } from './normalized-vteam.js';
import { Vteam } from './vteam.js';
import { biolekWindow, joglekarWindow, prodromakisWindow, strukovWindow, zhaWindow } from './windows.js';
import { Yakopcic, type YakopcicParameters } from './yakopcic.js';

/** A sweep that shows what the device is: a sine of these amplitudes, through a series resistance. */
export interface SweepProposal {
  readonly positive_V: number;
  readonly negative_V: number;
  readonly frequency_Hz: number;
  readonly series_ohm: number;
}

/** A physical model with published parameters, by the name that `ohmprop cell list` shows. */
export interface PhysicalPreset {
  /** `material-author`. */
  readonly name: string;
  readonly source: string;
  readonly make: () => ElementModel;
  readonly sweep: SweepProposal;
}

const STRUKOV = 'Strukov et al., Nature 453:80 (2008)';
const sine = (amplitude_V: number, frequency_Hz: number, series_ohm = 0): SweepProposal => ({
  positive_V: amplitude_V,
  negative_V: amplitude_V,
  frequency_Hz,
  series_ohm,
});

function ionDrift(window: 'strukov' | 'joglekar' | 'biolek' | 'prodromakis' | 'zha'): PhysicalPreset {
  // Each with the frequency at which its window lets the state go about as far; Prodromakis' at p = 1 would be Strukov's.
  const windows = {
    strukov: [strukovWindow, STRUKOV, 0.12],
    joglekar: [joglekarWindow(1), 'Joglekar & Wolf, Eur. J. Phys. 30:661 (2009)', 0.6],
    biolek: [biolekWindow(7), 'Biolek et al., Radioengineering 18:210 (2009)', 0.6],
    prodromakis: [prodromakisWindow(5), 'Prodromakis et al., IEEE TED 58:3099 (2011)', 0.5],
    zha: [zhaWindow(1), 'Zha et al., IEEE TCAS-I 63 (2016)', 0.3],
  } as const;
  const [shape, source, frequency_Hz] = windows[window];
  const biolek = {
    r_on_ohm: 100,
    r_off_ohm: 1e3,
    thickness_m: 16e-9,
    mobility_m2_per_Vs: 40e-15,
    initial: 0.076,
  };
  return {
    name: `tio2-${window}`,
    source: `${STRUKOV}; window: ${source}`,
    make: () => new LinearIonDrift({ ...(window === 'biolek' ? biolek : { initial: 0.1 }), window: shape }),
    sweep: sine(1, frequency_Hz),
  };
}

/** The form of 2011: one sinh current, all of it in the ON path. */
function yakopcic2011(
  name: string,
  device: string,
  p: { a1: number; a2: number; b: number } & Pick<
    YakopcicParameters,
    'aP' | 'aN' | 'vP_V' | 'vN_V' | 'alphaP' | 'alphaN' | 'xP' | 'xN' | 'initial'
  >,
  sweep: SweepProposal,
): PhysicalPreset {
  const { a1, a2, b, ...motion } = p;
  const source = `${device}; parameters of Yakopcic et al., IEEE Electron Device Lett. 32:1436 (2011)`;
  const range = [-2 * sweep.negative_V, 2 * sweep.positive_V] as const;
  const current = { gMaxP_A: a1, gMaxN_A: a2, gMinP_A: 0, gMinN_A: 0 };
  const curvature = { bMaxP_per_V: b, bMaxN_per_V: b, bMinP_per_V: b, bMinN_per_V: b };
  return {
    name,
    source,
    make: () => new Yakopcic({ ...current, ...curvature, ...motion, eta: 1 }, name, source, range),
    sweep,
  };
}

const oblea = { aP: 4000, aN: 4000, vP_V: 0.16, vN_V: 0.15, alphaP: 1, alphaN: 5, xP: 0.3, xN: 0.5 };

const published: readonly PhysicalPreset[] = [
  ionDrift('joglekar'),
  ionDrift('strukov'),
  ionDrift('biolek'),
  ionDrift('prodromakis'),
  ionDrift('zha'),
  {
    name: 'vteam-kvatinsky',
    source: 'Kvatinsky et al., IEEE TCAS-II 62:786 (2015); parameters of MemTorch, R_off 1 kΩ, R_on 50 Ω',
    make: () => new Vteam({ initial: 1.5e-9 }),
    sweep: sine(1, 1e8),
  },
  {
    name: 'vteam-normalized',
    source:
      'Kvatinsky et al., IEEE TCAS-II 62:786 (2015), normalised for fitting; parameters made up to show it',
    make: () => new NormalizedVteam(),
    sweep: sine(1, 10, 200),
  },
  yakopcic2011(
    'agchalcogenide-oblea',
    'Oblea et al., IJCNN (2010), Ag chalcogenide',
    { a1: 0.17, a2: 0.17, b: 0.05, ...oblea, initial: 0.11 },
    sine(0.45, 100),
  ),
  yakopcic2011(
    'taox-miao',
    'Miao et al., Adv. Mater. 23:5633 (2011), TaOx',
    {
      a1: 0.11,
      a2: 0.11,
      b: 0.5,
      aP: 7.5,
      aN: 2,
      vP_V: 0.09,
      vN_V: 0.75,
      alphaP: 1,
      alphaN: 5,
      xP: 0.3,
      xN: 0.5,
      initial: 0.11,
    },
    { positive_V: 0.75, negative_V: 1.25, frequency_Hz: 0.05, series_ohm: 0 },
  ),
  yakopcic2011(
    'ag-asi-jo',
    'Jo et al., Nano Lett. 10:1297 (2010), Ag:a-Si',
    {
      a1: 3.7e-7,
      a2: 4.35e-7,
      b: 0.7,
      aP: 0.005,
      aN: 0.08,
      vP_V: 1.5,
      vN_V: 0.5,
      alphaP: 1.2,
      alphaN: 3,
      xP: 0.2,
      xN: 0.5,
      initial: 0.1,
    },
    { positive_V: 4, negative_V: 2, frequency_Hz: 0.2, series_ohm: 0 },
  ),
  {
    name: 'nbsto-yakopcic',
    source: 'Nb:SrTiO3, 10 µm; generalised form of Yakopcic et al., IEEE TCAD 32:1201 (2013)',
    make: () =>
      new Yakopcic(
        {
          gMaxP_A: 9e-5,
          bMaxP_per_V: 4.96,
          gMaxN_A: 1.7e-4,
          bMaxN_per_V: 3.23,
          gMinP_A: 1.5e-5,
          bMinP_per_V: 6.91,
          gMinN_A: 4.4e-7,
          bMinN_per_V: 2.6,
          aP: 90,
          aN: 10,
          vP_V: 0.5,
          vN_V: 0.5,
          alphaP: 1,
          alphaN: 1,
          xP: 0.1,
          xN: 0.242,
          eta: 1,
          initial: 0,
        },
        'nbsto-yakopcic',
        'Nb:SrTiO3; Yakopcic et al., IEEE TCAD 32:1201 (2013)',
        [-2, 1],
      ),
    sweep: { positive_V: 1, negative_V: 2, frequency_Hz: 0.1, series_ohm: 0 },
  },
  {
    name: 'sdc-knowm',
    source:
      'self-directed channel, Nugent & Molter (2014); fit of measured loops at 1 … 1000 Hz through 5 kΩ',
    make: () =>
      new MetastableSwitch(
        {
          r_on_ohm: 2.02e3,
          r_off_ohm: 102e3,
          v_on_V: 0.333,
          v_off_V: 0.217,
          tau_s: 1.11e-4,
          // V_T of the fit is 35 mV, more than the thermal voltage of the room
          temperature_K: 406.2,
        },
        'sdc-knowm',
      ),
    sweep: sine(0.8, 10, 5e3),
  },
  {
    name: 'sdc-nugent',
    source: 'Nugent & Molter, PLoS ONE 9:e85175 (2014); the vendor’s SPICE parameters',
    make: () => new MetastableSwitch({}, 'sdc-nugent'),
    sweep: sine(0.5, 100),
  },
  {
    name: 'tiox-messaris',
    source: 'Messaris et al., IEEE TCAD 37:3151 (2018), quadratic form; constants of MemTorch (2021)',
    make: () => new DataDriven(messaris2021, 'tiox-messaris'),
    sweep: sine(2, 1e4),
  },
  {
    name: 'tiox-messaris-2018',
    source: 'Messaris et al., IEEE TCAD 37:3151 (2018), exponential form; constants of MemTorch (2018)',
    make: () => new DataDriven(messaris2018, 'tiox-messaris-2018'),
    sweep: sine(1, 10),
  },
  {
    name: 'wox-chang',
    source: 'Chang et al., Appl. Phys. A 102:857 (2011)',
    make: () => new Chang(),
    sweep: sine(1.2, 0.5),
  },
];

/** Physical models by name, with those that are in use from elsewhere. */
export const physicalModels = new Registry<PhysicalPreset>(
  'model',
  Object.fromEntries(published.map((preset) => [preset.name, preset])),
);

/** Every physical model with published parameters. */
export const physicalPresets: readonly PhysicalPreset[] = physicalModels.entries;

/** A preset by name. Throws `physical.unknown-preset`, exit code 2. */
export function physicalPreset(name: string): PhysicalPreset {
  const found = physicalModels.get(name);
  if (found !== undefined) return found;
  const names = physicalPresets.map((preset) => preset.name);
  const near = nearestWord(name, names);
  throw inputError(
    'physical.unknown-preset',
    `model "${name}" is not known${near === undefined ? '.' : `; did you mean ${near}?`} Known: ${names.join(', ')}`,
  );
}
