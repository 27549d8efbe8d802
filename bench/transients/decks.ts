import { writeSpice } from '../../circuits/spice/index.js';
import { RandomStream } from '../../core/index.js';
import { diodeNetwork } from '../diode-network.js';

/** Of all that is drawn. */
export const SEED = 1;

export interface Deck {
  readonly cards: readonly string[];
  /** step stop [start [longest]] [uic] */
  readonly tran: string;
  /** Nodes whose errors count. */
  readonly watched: readonly string[];
}

/** The deck as text. */
export const textOf = ({ cards, tran }: Deck, options: string): string =>
  ['bench', ...cards, `.options ${options}`, `.tran ${tran}`, '.end', ''].join('\n');

/** Linear ion drift in Joglekar's window. */
export const driven: Deck = {
  cards: [
    'Vin in 0 SIN(0 1 1)',
    'Vs in p 0',
    'Bm p 0 I=V(p)/(100*V(x)+16000*(1-V(x)))',
    'Cx x 0 1 IC=0.1',
    'Bx 0 x I=1e4*I(Vs)*(1-pow(2*V(x)-1,2))',
  ],
  tran: '0.06 3 uic',
  watched: ['x'],
};
/** VTEAM. */
export const threshold: Deck = {
  cards: [
    'Vin in 0 SIN(0 1 10)',
    'Rs in p 200',
    'Bm p 0 I=V(p)/(1000+19000*V(x))',
    'Cx x 0 1 IC=0.5',
    'Bx 0 x I=(V(p)>0.5?40*pow(V(p)/0.5-1,2):(V(p)<-0.4?-15*pow(V(p)/(-0.4)-1,3):0))*(1-pow(2*V(x)-1,4))',
  ],
  tran: '4m 0.2 uic',
  watched: ['x'],
};
export const step: Deck = {
  cards: ['V1 in 0 1', 'R1 in out 1k', 'C1 out 0 1u IC=0'],
  tran: '100u 5m uic',
  watched: ['out'],
};

/** A side × side mesh of 100 Ω with 1 pF at every node. */
export function mesh(side: number): Deck {
  const cards = ['V1 n0_0 0 PULSE(0 1 10n 1n 1n 1 2)', `Rl n${side - 1}_${side - 1} 0 1k`];
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      if (j + 1 < side) cards.push(`Rx${i}_${j} n${i}_${j} n${i}_${j + 1} 100`);
      if (i + 1 < side) cards.push(`Ry${i}_${j} n${i}_${j} n${i + 1}_${j} 100`);
      cards.push(`C${i}_${j} n${i}_${j} 0 1p`);
    }
  }
  return {
    cards,
    tran: '10n 500n',
    watched: [`n${side / 2}_${side / 2}`, 'n1_1', `n${side - 1}_${side - 1}`],
  };
}

/** side × side cells of a level-1 transistor and a memristor whose state is the voltage of a node; a row is written. */
export function cells(side: number): Deck {
  const random = new RandomStream(SEED, 'cells');
  const cards = ['.model sel nmos (vto=0.45 kp=250u lambda=0.03)'];
  for (let i = 0; i < side; i++) {
    cards.push(`Vw${i} w${i} 0 PULSE(0 ${i === 0 ? 1.5 : 0} 10n 1n 1n 60n 200n)`);
    cards.push(`Vb${i} s${i} 0 PULSE(0 ${(0.8 + 0.4 * random.uniform()).toFixed(4)} 20n 1n 1n 30n 200n)`);
    cards.push(`Rb${i} s${i} b${i}_0 10`, `Cb${i} b${i}_0 0 10f`);
    for (let j = 0; j < side; j++) {
      const at = `${i}_${j}`;
      if (j > 0) cards.push(`Rl${at} b${i}_${j - 1} b${at} 1`, `Cl${at} b${at} 0 1f`);
      cards.push(`M${at} x${at} w${j} 0 0 sel W=0.6u L=60n`, `Cx${at} x${at} 0 0.1f`);
      cards.push(`B${at} b${at} x${at} I=V(b${at},x${at})*(V(q${at})/2k+(1-V(q${at}))/100k)`);
      cards.push(`Cq${at} q${at} 0 1 IC=${(0.1 + 0.3 * random.uniform()).toFixed(4)}`);
      cards.push(
        `Bq${at} 0 q${at} I=5e7*V(b${at},x${at})*(V(b${at},x${at})>0.3?1:0)*V(q${at})*(1-V(q${at}))`,
      );
    }
  }
  return { cards, tran: '1n 100n uic', watched: ['q0_0', 'q5_0', 'x3_0', `b2_${side - 1}`] };
}

/** The 784-128-10 diode network with 1 pF at every hidden node and output, its inputs switched on. */
export function network(): Deck {
  const cards = writeSpice(diodeNetwork(SEED))
    .split('\n')
    .slice(1)
    .filter((card) => !card.startsWith('.op') && !card.startsWith('.end') && card !== '')
    .map((card) => card.replace(/^(v\S* \S+ 0) DC (\S+)$/, '$1 PULSE(0 $2 1n 1n 1n 1 2)'));
  for (let j = 0; j < 128; j++) cards.push(`Ch${j} h${j} 0 1p`);
  for (let k = 0; k < 10; k++) cards.push(`Co${k} o${k} 0 1p`);
  return { cards, tran: '1n 20n', watched: ['h0', 'h64', 'o0', 'o9'] };
}
